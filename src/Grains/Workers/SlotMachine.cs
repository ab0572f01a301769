using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Transitions;

namespace SeqCluster.Grains.Workers;

/// <summary>Decides what a worker slot does. Pure: it stores nothing and calls nobody.</summary>
public static class SlotMachine
{
    /// <summary>How many replaced incarnations are remembered.</summary>
    public const int RetiredLimit = 8;

    /// <summary>Every change of a slot's state (<c>docs/protocols/membership.md</c>).</summary>
    public static readonly TransitionTable<SlotState, SlotSignal> Table = new(
        (SlotState.Away, SlotSignal.Connected, SlotState.Idle, "tells the scheduler"),
        (SlotState.Away, SlotSignal.Replaced, SlotState.Idle, "retires the old incarnation, tells the scheduler"),
        (SlotState.AwayWithWork, SlotSignal.Connected, SlotState.Assigned, "tells the scheduler; the work goes on"),
        (SlotState.AwayWithWork, SlotSignal.Replaced, SlotState.Idle, "retires the old incarnation with its work, tells the scheduler"),
        (SlotState.AwayWithWork, SlotSignal.WorkTaken, SlotState.Away, "fences the generation off"),
        (SlotState.Idle, SlotSignal.Connected, SlotState.Idle, "tells the scheduler"),
        (SlotState.Idle, SlotSignal.Replaced, SlotState.Idle, "retires the old incarnation, tells the scheduler"),
        (SlotState.Idle, SlotSignal.Disconnected, SlotState.Away, "tells the scheduler"),
        (SlotState.Idle, SlotSignal.WorkGiven, SlotState.Assigned, "pushes the new version"),
        (SlotState.Assigned, SlotSignal.Connected, SlotState.Assigned, "tells the scheduler"),
        (SlotState.Assigned, SlotSignal.Replaced, SlotState.Idle, "retires the old incarnation with its work, tells the scheduler"),
        (SlotState.Assigned, SlotSignal.Disconnected, SlotState.AwayWithWork, "tells the scheduler"),
        (SlotState.Assigned, SlotSignal.WorkGiven, SlotState.Assigned, "pushes the new version: a later attempt or generation, or a wish about the present one"),
        (SlotState.Assigned, SlotSignal.WorkTaken, SlotState.Idle, "fences the generation off, pushes the new version"));

    /// <summary>An incarnation connects; a retired one is ignored.</summary>
    public static SlotDecision Connect(WorkerSlot slot, WorkerOffer offer)
    {
        if (slot.Retired.Contains(offer.Incarnation))
        {
            return new SlotDecision(slot, IsChange: false);
        }

        if (slot.Worker is not { } known || known.Incarnation == offer.Incarnation)
        {
            return Move(slot, slot with { Worker = offer, IsConnected = true }, SlotSignal.Connected);
        }

        WorkerSlot next = slot with
        {
            Worker = offer,
            IsConnected = true,
            Assignment = null,
            Version = slot.Version + 1,
            Retired = slot.Retired.Append(known.Incarnation).TakeLast(RetiredLimit).ToArray(),
        };
        return Move(slot, next, SlotSignal.Replaced);
    }

    /// <summary>A connection is gone; another incarnation's is not meant.</summary>
    public static SlotDecision Disconnect(WorkerSlot slot, string incarnation) => slot.Worker?.Incarnation == incarnation
        ? Move(slot, slot with { IsConnected = false }, SlotSignal.Disconnected)
        : new SlotDecision(slot, IsChange: false);

    /// <summary>A coordinator gives work. Fenced by (attempt, generation) of the job, and by what was taken away.</summary>
    public static SlotDecision Assign(WorkerSlot slot, string incarnation, Assignment work)
    {
        AssignmentReply? refusal =
            slot.Retired.Contains(incarnation) ? AssignmentReply.Replaced
            : slot.Worker?.Incarnation != incarnation || !slot.IsConnected ? AssignmentReply.Absent
            : work.JobId == slot.FencedJobId && IsUpTo(work, slot.FencedAttempt, slot.FencedGeneration) ? AssignmentReply.Outdated
            : slot.Assignment is not { } held ? null
            : held.JobId != work.JobId ? AssignmentReply.Busy
            : held.Attempt > work.Attempt || (held.Attempt == work.Attempt && held.Follows(work)) ? AssignmentReply.Outdated
            : held.Attempt < work.Attempt || work.Follows(held) || work.AddsWish(held) ? null
            : AssignmentReply.Accepted;
        return refusal is { } reply
            ? new SlotDecision(slot, IsChange: false, reply)
            : Move(
                slot,
                slot with { Assignment = work with { Version = slot.Version + 1 }, Version = slot.Version + 1 },
                SlotSignal.WorkGiven);
    }

    /// <summary>A coordinator takes the work of a generation, and of all before it, away for good.</summary>
    public static SlotDecision Unassign(WorkerSlot slot, string incarnation, string jobId, int attempt, int generation)
    {
        if (slot.Worker?.Incarnation != incarnation)
        {
            return new SlotDecision(slot, IsChange: false);
        }

        bool isLater = jobId != slot.FencedJobId || (attempt, generation).CompareTo((slot.FencedAttempt, slot.FencedGeneration)) > 0;
        WorkerSlot fenced = isLater ? slot with { FencedJobId = jobId, FencedAttempt = attempt, FencedGeneration = generation } : slot;
        bool isHeld = slot.Assignment is { } held && held.JobId == jobId && GoesWith(held, attempt, generation);
        return isHeld
            ? Move(slot, fenced with { Assignment = null, Version = slot.Version + 1 }, SlotSignal.WorkTaken)
            : new SlotDecision(fenced, IsChange: fenced != slot);
    }

    // An invitation to the generation after one that is taken away goes with it; a later one may follow.
    private static bool GoesWith(Assignment work, int attempt, int generation) =>
        IsUpTo(work, attempt, generation) || (work.Joins && work.Attempt == attempt && work.Generation - 1 == generation);

    private static bool IsUpTo(Assignment work, int attempt, int generation) =>
        (work.Attempt, work.Generation).CompareTo((attempt, generation)) <= 0;

    // What a slot stores is whole in itself: the table says which changes there are, and holds the code to it.
    private static SlotDecision Move(WorkerSlot before, WorkerSlot next, SlotSignal signal)
    {
        if (Table.Find(before.State, signal) is not { } row)
        {
            return new SlotDecision(before, IsChange: false);
        }

        return next.State == row.To
            ? new SlotDecision(next, IsChange: next != before)
            : throw new InvalidOperationException($"a slot that is {before.State} became {next.State} by {signal}, not {row.To}");
    }
}
