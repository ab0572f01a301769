namespace SeqCluster.Contracts.Metrics;

/// <summary>A stored metric. Writing (step, name) again replaces the value and gives it a new sequence.</summary>
/// <param name="Sequence">Grows with each write within the job, with gaps; the SSE id.</param>
/// <param name="Step">1 … steps.</param>
/// <param name="Name">For example <c>train/loss</c>.</param>
/// <param name="Value">The latest one written.</param>
[GenerateSerializer, Immutable]
public sealed record JobMetric(long Sequence, int Step, string Name, double Value);
