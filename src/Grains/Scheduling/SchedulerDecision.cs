namespace SeqCluster.Grains.Scheduling;

/// <summary>What the machine decided.</summary>
/// <param name="State">The scheduler after it.</param>
/// <param name="Hints">Jobs whose placement changed.</param>
/// <param name="IsChange">Whether demands or reservations changed and must be stored before anybody is told.</param>
public sealed record SchedulerDecision(SchedulerState State, IReadOnlyList<string> Hints, bool IsChange);
