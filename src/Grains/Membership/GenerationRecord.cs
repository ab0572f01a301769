namespace SeqCluster.Grains.Membership;

/// <summary>A generation as the ledger needs it: a report of step s counts when it is of the last generation that began before s.</summary>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Generation">From 1 in each attempt.</param>
/// <param name="StartStep">The last step that counts as completed when it starts.</param>
/// <param name="SourceWorker">Whose state of that step counted.</param>
[GenerateSerializer, Immutable]
public sealed record GenerationRecord(int Attempt, int Generation, int StartStep, string SourceWorker);
