using System.Security.Cryptography;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Audit.Content;

/// <summary>Sequences of real numbers, inputs then targets; a sample's number is the example's.</summary>
internal sealed class SeriesData(string folder, DatasetManifest manifest) : AuditedData
{
    private readonly ExampleFiles examples = new(folder, manifest.Train);

    /// <inheritdoc/>
    public override IEnumerable<AuditedStep> Plan(TrainSpec train, int replicas, long seed)
    {
        if (train.Sampling == SamplingOptions.WithReplacement)
        {
            return StepPlan.Draws(examples.Count, train.MicroBatch, replicas, seed);
        }

        // Two words a number; all examples are as long as the first.
        var places = examples.LengthOf(0, 0) / 2 / manifest.Data.InputFeatures!.Value;
        int[] lengths = [.. Enumerable.Repeat(places, examples.Count)];
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
            Add<ushort>(hash, examples.Part(example, 0));
            Add<ushort>(hash, examples.Part(example, 1));
        }
    }
}
