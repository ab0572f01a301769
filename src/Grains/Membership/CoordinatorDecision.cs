namespace SeqCluster.Grains.Membership;

/// <summary>What the machine decided. What it owes by <see cref="AttemptLife.Withdrawals"/> is done after it is stored.</summary>
/// <param name="Life">The attempt after it.</param>
/// <param name="IsChange">Whether it must be stored before anybody is told.</param>
/// <param name="Announces">Tell every member its assignment; may be repeated.</param>
/// <param name="Hints">Tell the job to look here.</param>
/// <param name="Trims">Remove the checkpoints that are not in the registry any more; may be repeated.</param>
public sealed record CoordinatorDecision(AttemptLife Life, bool IsChange, bool Announces, bool Hints, bool Trims = false)
{
    /// <summary>The next generation can be formed, with a new secret.</summary>
    public bool Forms { get; init; }
}
