namespace SeqCluster.Bench.ThreeHosts;

/// <summary>What a run came to.</summary>
/// <param name="WeightsSha256">Of the trained model.</param>
/// <param name="TokensPerSecond">Of training steps, as the job says.</param>
/// <param name="PhaseMs">Median of rank 0's times in a step, by phase; empty when they were not asked for.</param>
internal sealed record HostsOutcome(string WeightsSha256, double TokensPerSecond, IReadOnlyDictionary<string, double> PhaseMs);
