namespace SeqCluster.Grains.Membership;

/// <content>Stragglers: members that take much longer for a replica than the others. Slow is an event, not a loss.</content>
public static partial class CoordinatorMachine
{
    /// <summary>Milliseconds above the median below which nobody is slow: small models' times are noise.</summary>
    public const double StragglerFloorMs = 50;

    /// <summary>A straggler that comes below this share of the bound is none any more.</summary>
    public const double StragglerRelief = 0.8;

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
