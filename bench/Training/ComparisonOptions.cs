namespace SeqCluster.Bench.Training;

/// <summary>How long and on which core <see cref="Comparison"/> measures.</summary>
/// <param name="Rows">Rows to measure.</param>
/// <param name="Runs">Pairs for each row.</param>
/// <param name="WarmUp">Steps of a process before it measures.</param>
/// <param name="Steps">Measured steps of a process.</param>
/// <param name="Core">The core that both sides are pinned to, or none.</param>
public sealed record ComparisonOptions(IReadOnlyList<Row> Rows, int Runs, int WarmUp, int Steps, int? Core);
