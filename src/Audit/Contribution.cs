namespace SeqCluster.Audit;

/// <summary>What a worker consumed.</summary>
/// <param name="WorkerId">Who.</param>
/// <param name="FirstReplica">The first of the replicas that it hosted.</param>
/// <param name="Replicas">How many.</param>
/// <param name="Samples">Of all of them, in all steps that count.</param>
public sealed record Contribution(string WorkerId, int FirstReplica, int Replicas, long Samples);
