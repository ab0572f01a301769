using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Storage;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Workers;

/// <summary>
/// One worker slot: asks <see cref="SlotMachine"/>, stores, tells the scheduler, pushes to the gateway. A push may be lost:
/// the answer to each heartbeat is the version that the worker should hold. After a restart nobody is connected until the
/// gateway's next call says so.
/// </summary>
public sealed partial class WorkerGrain(
    [PersistentState("worker", ControlPlane.Storage)] IPersistentState<WorkerRecord> stored,
    TimeProvider time,
    ILogger<WorkerGrain> logger) : Grain, IWorkerGrain
{
    /// <summary>A gateway that is silent for longer is gone, and the connection with it.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SilenceCheckPeriod = TimeSpan.FromSeconds(10);
    private IWorkerObserver? observer;
    private IGrainTimer? timer;
    private DateTimeOffset lastHeard;

    private WorkerSlot Slot => stored.State.Slot;

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stored.State.Slot = Slot with { IsConnected = false };
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Assignment?> Connect(WorkerOffer offer, IWorkerObserver observer)
    {
        if (offer.WorkerId != this.GetPrimaryKeyString())
        {
            throw new ArgumentException($"worker {offer.WorkerId} came to the slot {this.GetPrimaryKeyString()}", nameof(offer));
        }

        IWorkerObserver? before = this.observer;
        string? known = Slot.Worker?.Incarnation;
        await Store(SlotMachine.Connect(Slot, offer));
        if (Slot.Worker!.Incarnation != offer.Incarnation)
        {
            LogRetired(logger, offer.WorkerId, offer.Incarnation);
            return null;
        }

        if (known != offer.Incarnation)
        {
            await Push(before);
        }

        Hear(observer);
        await Scheduler.WorkerUp(offer);
        return Slot.Assignment;
    }

    /// <inheritdoc/>
    public async Task<long> Heartbeat(string incarnation, IWorkerObserver observer)
    {
        if (Slot.Worker is not { } worker || worker.Incarnation != incarnation)
        {
            return IWorkerGrain.NotConnected;
        }

        await Store(SlotMachine.Connect(Slot, worker));
        Hear(observer);

        // The scheduler forgets workers when it restarts; this is how it hears of them again.
        await Scheduler.WorkerUp(worker);
        return Slot.Version;
    }

    /// <inheritdoc/>
    public async Task Disconnect(string incarnation, string reason)
    {
        SlotDecision decision = SlotMachine.Disconnect(Slot, incarnation);
        if (decision.IsChange)
        {
            await Store(decision);
            observer = null;
            timer?.Dispose();
            timer = null;
            LogGone(logger, this.GetPrimaryKeyString(), incarnation, reason);
        }

        await Scheduler.WorkerDown(this.GetPrimaryKeyString(), incarnation, reason);
    }

    /// <inheritdoc/>
    public async Task<AssignmentReply> Assign(string incarnation, Assignment assignment)
    {
        SlotDecision decision = SlotMachine.Assign(Slot, incarnation, assignment);
        await StoreAndPush(decision);
        if (decision is { IsChange: false, Reply: AssignmentReply.Accepted })
        {
            // Announced again: the push may have been lost, and whoever shall halt has not long to answer.
            await Push(observer);
        }

        return decision.Reply;
    }

    /// <inheritdoc/>
    public Task Unassign(string incarnation, string jobId, int attempt, int generation) =>
        StoreAndPush(SlotMachine.Unassign(Slot, incarnation, jobId, attempt, generation));

    /// <inheritdoc/>
    public Task<bool> IsReplaced(string incarnation) => Task.FromResult(Slot.Worker is { } worker && worker.Incarnation != incarnation);

    /// <inheritdoc/>
    public Task<Assignment?> GetAssignment(string incarnation) =>
        Task.FromResult(Slot.Worker?.Incarnation == incarnation ? Slot.Assignment : null);

    private async Task StoreAndPush(SlotDecision decision)
    {
        long before = Slot.Version;
        await Store(decision);
        if (Slot.Version != before)
        {
            await Push(observer);
        }
    }

    private async Task Store(SlotDecision decision)
    {
        if (!decision.IsChange)
        {
            return;
        }

        stored.State.Slot = decision.Slot;
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

    private void Hear(IWorkerObserver from)
    {
        observer = from;
        lastHeard = time.GetUtcNow();
        timer ??= this.RegisterGrainTimer(CheckSilence, new GrainTimerCreationOptions(SilenceCheckPeriod, SilenceCheckPeriod));
    }

    private async Task CheckSilence()
    {
        if (Slot.Worker is { } worker && time.GetUtcNow() - lastHeard > SilenceLimit)
        {
            try
            {
                await Disconnect(worker.Incarnation, $"its gateway was silent for {SilenceLimit.TotalSeconds:0} s");
            }
            catch (StoreUnavailableException)
            {
                // The next activation begins without a connection.
            }
        }
    }

    private async Task Push(IWorkerObserver? to)
    {
        if (to is null)
        {
            return;
        }

        try
        {
            await to.AssignmentChanged(Slot.Version);
        }
        catch (Exception exception)
        {
            // The gateway is gone; the worker hears of it by its next heartbeat, wherever that arrives.
            LogPushFailed(logger, exception, this.GetPrimaryKeyString());
        }
    }
}
