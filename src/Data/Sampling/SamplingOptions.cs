namespace SeqCluster.Data.Sampling;

/// <summary>What a plan depends on besides the data. Nothing here knows of workers.</summary>
/// <param name="Sampling"><see cref="Epochs"/>, <see cref="WithReplacement"/> or <see cref="Tracks"/>.</param>
/// <param name="MicroBatch">Samples that a replica processes in one step.</param>
/// <param name="Replicas">R.</param>
/// <param name="Seed">The job's.</param>
/// <param name="MicroBatchTokens">Places that a replica processes in one step instead, padding included; 0: <paramref name="MicroBatch"/> counts.</param>
public sealed record SamplingOptions(string Sampling, int MicroBatch, int Replicas, long Seed, int MicroBatchTokens = 0)
{
    /// <summary>Every sample once an epoch.</summary>
    public const string Epochs = "epoch";

    /// <summary>Independent draws.</summary>
    public const string WithReplacement = "withReplacement";

    /// <summary>Each row goes on where it ended (<see cref="TrackPlan"/>).</summary>
    public const string Tracks = "tracks";
}
