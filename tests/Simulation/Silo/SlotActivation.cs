using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Workers;
using SeqCluster.Simulation.Tests.Checking;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>What <see cref="WorkerGrain"/> does around <see cref="SlotMachine"/>, call by call.</summary>
internal sealed class SlotActivation(SimulatedSilo silo, string workerId) : Activation(silo, workerId)
{
    private static readonly TimeSpan SilenceCheckPeriod = TimeSpan.FromSeconds(10);
    private WorkerSlot slot = new();
    private int version;
    private GatewayConnection? observer;
    private DateTimeOffset lastHeard;

    public override void Activate()
    {
        (WorkerSlot? stored, version) = Silo.Store.Read<WorkerSlot>(Key);
        slot = (stored ?? new WorkerSlot()) with { IsConnected = false };
    }

    public async Task<Assignment?> Connect(WorkerOffer offer, GatewayConnection connection)
    {
        GatewayConnection? before = observer;
        string? known = slot.Worker?.Incarnation;
        await Store(SlotMachine.Connect(slot, offer));
        if (slot.Worker!.Incarnation != offer.Incarnation)
        {
            return null;
        }

        if (known != offer.Incarnation)
        {
            Push(before);
        }

        Hear(connection);
        await Silo.Call<SchedulerActivation>(World.SchedulerKey, scheduler => scheduler.WorkerUp(offer));
        return slot.Assignment;
    }

    public async Task<long> Heartbeat(string incarnation, GatewayConnection connection)
    {
        if (slot.Worker is not { } worker || worker.Incarnation != incarnation)
        {
            return IWorkerGrain.NotConnected;
        }

        await Store(SlotMachine.Connect(slot, worker));
        Hear(connection);
        await Silo.Call<SchedulerActivation>(World.SchedulerKey, scheduler => scheduler.WorkerUp(worker));
        return slot.Version;
    }

    public async Task Disconnect(string incarnation, string reason)
    {
        SlotDecision decision = SlotMachine.Disconnect(slot, incarnation);
        if (decision.IsChange)
        {
            await Store(decision);
            observer = null;
            SetTimer(null, CheckSilence);
        }

        await Silo.Call<SchedulerActivation>(World.SchedulerKey, scheduler => scheduler.WorkerDown(Key, incarnation));
    }

    public async Task<AssignmentReply> Assign(string incarnation, Assignment assignment)
    {
        Silo.World.Invariants.Told(Key, incarnation, assignment);
        SlotDecision decision = SlotMachine.Assign(slot, incarnation, assignment);
        await StoreAndPush(decision);
        if (decision is { IsChange: false, Reply: AssignmentReply.Accepted })
        {
            Push(observer);
        }

        return decision.Reply;
    }

    public Task Unassign(string incarnation, string jobId, int attempt, int generation) =>
        StoreAndPush(SlotMachine.Unassign(slot, incarnation, jobId, attempt, generation));

    public Task<bool> IsReplaced(string incarnation) => Task.FromResult(slot.Worker is { } worker && worker.Incarnation != incarnation);

    public Task<Assignment?> GetAssignment(string incarnation) =>
        Task.FromResult(slot.Worker?.Incarnation == incarnation ? slot.Assignment : null);

    private async Task StoreAndPush(SlotDecision decision)
    {
        long before = slot.Version;
        await Store(decision);
        if (slot.Version != before)
        {
            Push(observer);
        }
    }

    private async Task Store(SlotDecision decision)
    {
        if (decision.IsChange)
        {
            slot = decision.Slot;
            version = await Write(slot, version);
        }
    }

    private void Hear(GatewayConnection from)
    {
        bool isFirst = observer is null;
        (observer, lastHeard) = (from, Now);
        if (isFirst)
        {
            SetTimer(SilenceCheckPeriod, CheckSilence);
        }
    }

    private Task CheckSilence() => slot.Worker is { } worker && Now - lastHeard > WorkerGrain.SilenceLimit
        ? Disconnect(worker.Incarnation, "its gateway was silent")
        : Task.CompletedTask;

    private void Push(GatewayConnection? to)
    {
        if (to is not null && !Silo.Simulator.Chance(Silo.World.Faults.LostPushProbability))
        {
            Silo.Life.After(Silo.Simulator.Between(0.01, 1), to.AssignmentChanged);
        }
    }
}
