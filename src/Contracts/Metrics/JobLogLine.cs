namespace SeqCluster.Contracts.Metrics;

/// <summary>A line of a worker's log that belongs to a job.</summary>
/// <param name="Sequence">1, 2, 3 … within the job; the SSE id.</param>
/// <param name="At">When the worker wrote it, UTC.</param>
/// <param name="WorkerId">Who wrote it.</param>
/// <param name="Text">One line.</param>
[GenerateSerializer, Immutable]
public sealed record JobLogLine(long Sequence, DateTimeOffset At, string WorkerId, string Text);
