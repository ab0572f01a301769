using System.Collections.Immutable;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>
/// The one scheduler: asks <see cref="SchedulerMachine"/>, stores demands and reservations, then answers and hints. Calls
/// no grain and waits for none; hints may be lost.
/// </summary>
[KeepAlive]
public sealed class SchedulerGrain(
    [PersistentState("scheduler", ControlPlane.Storage)] IPersistentState<SchedulerRecord> stored,
    TimeProvider time) : Grain, ISchedulerGrain
{
    private SchedulerState state = SchedulerState.Empty;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state = SchedulerState.Empty with
        {
            Demands = stored.State.Demands.ToImmutableList(), Drained = SchedulerState.Empty.Drained.Union(stored.State.Drained),
        };
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Placement> Demand(WorkerDemand demand)
    {
        DateTimeOffset now = time.GetUtcNow();
        await Take(SchedulerMachine.Ask(state, demand, now));
        return SchedulerMachine.Answer(state, demand, now);
    }

    /// <inheritdoc/>
    public async Task<Placement> Extend(WorkerDemand demand, IReadOnlyList<string> kept)
    {
        DateTimeOffset now = time.GetUtcNow();
        await Take(SchedulerMachine.Extend(state, demand, kept, now));
        return SchedulerMachine.Answer(state, demand, now);
    }

    /// <inheritdoc/>
    public Task Release(string jobId) => Take(SchedulerMachine.Release(state, jobId, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task WorkerUp(WorkerOffer offer) => Take(SchedulerMachine.WorkerUp(state, offer, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task WorkerDown(string workerId, string incarnation, string reason) =>
        Take(SchedulerMachine.WorkerDown(state, workerId, incarnation));

    /// <inheritdoc/>
    public Task Drain(string workerId, bool isDrained) => Take(SchedulerMachine.Drain(state, workerId, isDrained, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerAccount>> Workers() => Task.FromResult<IReadOnlyList<WorkerAccount>>(
        state.Workers.Values.Select(worker => new WorkerAccount(worker, state.HolderOf(worker.WorkerId) ?? "")
        {
            IsDrained = state.Drained.Contains(worker.WorkerId),
        }).ToArray());

    private async Task Take(SchedulerDecision decision)
    {
        if (decision.IsChange)
        {
            stored.State.Demands = decision.State.Demands.ToList();
            stored.State.Drained = decision.State.Drained.ToList();
            try
            {
                await stored.WriteStateAsync();
            }
            catch
            {
                // What is in memory may not be what is stored: the next call begins with what is.
                DeactivateOnIdle();
                throw;
            }
        }

        state = decision.State;
        foreach (string jobId in decision.Hints)
        {
            await GrainFactory.GetGrain<IJobGrain>(jobId).Wake();
        }
    }
}
