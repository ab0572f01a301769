using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <content>How fast it goes: who is at work although it is not heard; and stragglers, members that take much longer for a replica than the others. Slow is an event, not a loss.</content>
public static partial class CoordinatorMachine
{
    /// <summary>Milliseconds above the median below which nobody is slow: small models' times are noise.</summary>
    public const double StragglerFloorMs = 50;

    /// <summary>A straggler that comes below this share of the bound is none any more.</summary>
    public const double StragglerRelief = 0.8;

    /// <summary>How long a generation of short steps may complete none, and still count as one that gets on: members tell once a second.</summary>
    public static readonly TimeSpan StepEvidence = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether a member that is not heard takes part all the same. A step needs every member: as long as others tell of newer ones, it lives,
    /// and its peers reach it.
    /// </summary>
    public static bool IsAtWork(AttemptLife life, string workerId, string incarnation, DateTimeOffset now) =>
        life.State is AttemptState.Training or AttemptState.Yielding
        && Find(life, workerId, incarnation) is { IsGone: false }
        && life.SteppedAt is { } at && now - at <= StepEvidence + (2 * life.StepTime);

    // A newer step clears whoever is absent as well.
    private static AttemptLife Stepped(AttemptLife life, AttemptMember told, DateTimeOffset now)
    {
        int before = life.Members.Max(member => member.Step);
        return told.Phase == MemberPhase.Halted || told.Step <= before ? life : life with
        {
            SteppedAt = now,
            StepTime = life.SteppedAt is { } at ? (now - at) / (told.Step - before) : TimeSpan.Zero,
            Members = life.Members.Select(member => member.AbsentSince is null ? member : member with { AbsentSince = null }).ToArray(),
        };
    }

    private static AttemptLife Paced(AttemptLife life, AttemptMember told, DateTimeOffset now)
    {
        double factor = life.Spec!.Recovery.StragglerFactor;
        if (factor == 0 || life.Members.Count < 2 || life.Members.Any(member => member.ReplicaMs == 0))
        {
            return life;
        }

        // The lower of two middle ones: of two members one can be slow.
        double median = life.Members.Select(member => member.ReplicaMs).Order().ElementAt((life.Members.Count - 1) / 2);
        double bound = Math.Max(factor * median, median + StragglerFloorMs);
        bool isSlow = told.ReplicaMs > (told.IsSlow ? StragglerRelief * bound : bound);
        if (isSlow == told.IsSlow)
        {
            return life;
        }

        bool leaves = isSlow && life.Spec.Recovery.ReplaceStragglers;
        string message = $"{told.Worker.WorkerId} (rank {told.Rank}) takes {told.ReplicaMs:0} ms for a replica, the median is {median:0} ms"
            + (leaves ? "; it leaves at a step boundary" : "");
        AttemptLife next = Put(life, life.Members[told.Rank] with { IsSlow = isSlow }) with
        {
            Excluded = leaves ? life.Excluded.Union([told.Worker.WorkerId]).ToArray() : life.Excluded,
        };
        return WithEvent(next, isSlow ? "worker.slow" : "worker.steady", message, now);
    }
}
