using System.Globalization;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Splits;

/// <summary>A stream of tokens, cut into blocks. A sample's number is the position at which its block begins.</summary>
public sealed class TextSplit : DataSplit
{
    private readonly IReadOnlyList<ShardEntry> shards;
    private readonly TokenStream stream;
    private readonly int block;

    internal TextSplit(string folder, IReadOnlyList<ShardEntry> shards, int block)
    {
        this.shards = shards;
        this.block = block;
        stream = new TokenStream(folder, shards);
    }

    /// <inheritdoc />
    public override string Size => string.Create(CultureInfo.InvariantCulture, $"{stream.Tokens:N0} tokens");

    /// <inheritdoc />
    public override ISamplingPlan Plan(SamplingOptions options) => options.Sampling == SamplingOptions.WithReplacement
        ? new ReplacementSamplingPlan(stream.Tokens - block, options.MicroBatch, options.Replicas, options.Seed)
        : new EpochSamplingPlan(epoch => new EpochPlan(shards, block, options.MicroBatch, options.Seed, epoch), options.Replicas);

    /// <inheritdoc />
    public override SequenceBatch Read(MicroBatch samples) => TextBatchReader.Read(stream, samples, block);

    /// <inheritdoc />
    public override IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit) =>
        EvaluationBatches.List(stream.Tokens, block, batchSize, limit);

    /// <inheritdoc />
    public override SequenceBatch Read(EvaluationBatch batch) => TextBatchReader.Read(stream, batch.Samples, batch.Places);

    /// <inheritdoc />
    public override void Dispose() => stream.Dispose();
}
