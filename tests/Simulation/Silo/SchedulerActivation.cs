using System.Collections.Immutable;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;
using SeqCluster.Simulation.Tests.Checking;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>What <see cref="SchedulerGrain"/> does around <see cref="SchedulerMachine"/>.</summary>
internal sealed class SchedulerActivation(SimulatedSilo silo) : Activation(silo, World.SchedulerKey)
{
    private SchedulerState state = SchedulerState.Empty;
    private int version;

    public override void Activate()
    {
        (ImmutableList<DemandEntry>? demands, version) = Silo.Store.Read<ImmutableList<DemandEntry>>(Key);
        state = SchedulerState.Empty with { Demands = demands ?? [] };
    }

    public async Task<Placement> Demand(WorkerDemand demand)
    {
        DateTimeOffset now = Now;
        await Take(SchedulerMachine.Ask(state, demand, now));
        return SchedulerMachine.Answer(state, demand, now);
    }

    public async Task<Placement> Extend(WorkerDemand demand, IReadOnlyList<string> kept)
    {
        DateTimeOffset now = Now;
        await Take(SchedulerMachine.Extend(state, demand, kept, now));
        return SchedulerMachine.Answer(state, demand, now);
    }

    public Task Release(string jobId) => Take(SchedulerMachine.Release(state, jobId, Now));

    public Task WorkerUp(WorkerOffer offer) => Take(SchedulerMachine.WorkerUp(state, offer, Now));

    public Task WorkerDown(string workerId, string incarnation) => Take(SchedulerMachine.WorkerDown(state, workerId, incarnation));

    private async Task Take(SchedulerDecision decision)
    {
        if (decision.IsChange)
        {
            version = await Write(decision.State.Demands, version);
        }

        state = decision.State;
        foreach (string _ in decision.Hints)
        {
            Silo.Hint<JobActivation>(World.JobKey, job => job.Poll());
        }
    }
}
