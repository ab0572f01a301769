namespace SeqCluster.Contracts.Jobs;

/// <summary>What became of a submission.</summary>
/// <param name="Status">The job's first status; null when it was refused.</param>
/// <param name="Refusal">Why it was refused, in one sentence; empty when it was not.</param>
/// <param name="Faults">Every fault of the submission.</param>
[GenerateSerializer, Immutable]
public sealed record SubmissionAnswer(JobStatus? Status, string Refusal, IReadOnlyList<string> Faults);
