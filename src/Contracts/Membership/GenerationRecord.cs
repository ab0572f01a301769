namespace SeqCluster.Contracts.Membership;

/// <summary>
/// A generation as the ledger needs it: a report of step s counts when it is of the last generation that began before s.
/// </summary>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Generation">From 1 in each attempt.</param>
/// <param name="StartStep">The last step that counts as completed when it starts.</param>
/// <param name="SourceWorker">Whose state of that step counted.</param>
[GenerateSerializer, Immutable]
public sealed record GenerationRecord(int Attempt, int Generation, int StartStep, string SourceWorker)
{
    /// <summary>The members in rank order; worker k of W hosts replicas ⌊kR/W⌋ up to, not including, ⌊(k+1)R/W⌋.</summary>
    [Id(4)] public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>The generation that a step's report counts of; null for a step that none has begun before.</summary>
    /// <param name="lineage">All generations of all attempts, in their order.</param>
    /// <param name="step">From 1.</param>
    public static GenerationRecord? Counting(IReadOnlyList<GenerationRecord> lineage, int step) =>
        lineage.LastOrDefault(generation => generation.StartStep < step);
}
