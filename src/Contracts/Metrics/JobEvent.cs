namespace SeqCluster.Contracts.Metrics;

/// <summary>A change of state with its reason, for people.</summary>
/// <param name="Sequence">1, 2, 3 … within the job; the SSE id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">For example <c>job.running</c>, <c>generation.formed</c>, <c>worker.lost</c>.</param>
/// <param name="Message">A sentence.</param>
[GenerateSerializer, Immutable]
public sealed record JobEvent(long Sequence, DateTimeOffset At, string Kind, string Message);
