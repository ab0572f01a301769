namespace SeqCluster.Audit;

/// <summary>What counts of a generation.</summary>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Generation">From 1 in each attempt.</param>
/// <param name="FirstStep">The first of its steps that count; 0 for none.</param>
/// <param name="LastStep">The last one.</param>
/// <param name="Contributions">What each of its workers consumed in them, by rank.</param>
public sealed record AuditedGeneration(int Attempt, int Generation, int FirstStep, int LastStep, IReadOnlyList<Contribution> Contributions);
