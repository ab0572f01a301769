namespace SeqCluster.Bench.Training;

/// <summary>What one task in one process found: the line of JSON that both sides print.</summary>
public sealed record TaskReport
{
    /// <summary>Seconds of each measured step.</summary>
    public IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>Hashes of each model; only from the hash task.</summary>
    public IReadOnlyList<ModelHashes> Models { get; init; } = [];

    /// <summary>The numerical library's own name for its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>LibTorch and BLAS files that are really mapped, links resolved.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];
}
