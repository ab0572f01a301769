using System.Security.Cryptography;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Audit.Content;

/// <summary>Pairs of token sequences, each fed with an end; a sample's number is the example's.</summary>
internal sealed class PairData(string folder, IReadOnlyList<ShardEntry> shards) : AuditedData
{
    private static readonly int[] FedParts = [0, 1];

    private readonly ExampleFiles examples = new(folder, shards);

    /// <inheritdoc/>
    public override IEnumerable<AuditedStep> Plan(TrainSpec train, int replicas, long seed)
    {
        if (train.Sampling == SamplingOptions.WithReplacement)
        {
            return StepPlan.Draws(examples.Count, train.MicroBatch, replicas, seed);
        }

        int[] lengths = [.. Enumerable.Range(0, examples.Count).Select(example => 1 + FedParts.Max(part => examples.LengthOf(example, part)))];
        return StepPlan.Epochs(new ExampleEpoch(lengths, train.MicroBatch, train.MicroBatchTokens, seed).Of, replicas);
    }

    /// <inheritdoc/>
    public override Coverage Cover(TrainSpec train, int replicas) => new(examples.Count, static example => (example, 1), static (_, _) => false);

    /// <inheritdoc/>
    public override void Dispose() => examples.Dispose();

    /// <inheritdoc/>
    protected override void Feed(IncrementalHash hash, IReadOnlyList<long> samples)
    {
        foreach (var example in samples)
        {
            Add<long>(hash, [example]);
            foreach (var part in FedParts)
            {
                Add<long>(hash, [.. examples.Part(example, part).Select(static token => (long)token), SpecialTokens.End]);
            }
        }
    }
}
