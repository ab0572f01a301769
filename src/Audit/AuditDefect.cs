namespace SeqCluster.Audit;

/// <summary>Something that does not hold.</summary>
/// <param name="Step">In which step; null when it is no single step's.</param>
/// <param name="Replica">Of which replica; null when it is no single replica's.</param>
/// <param name="Account">What, in words, step and replica included.</param>
public sealed record AuditDefect(int? Step, int? Replica, string Account);
