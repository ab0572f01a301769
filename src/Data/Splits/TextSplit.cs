using System.Globalization;
using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Tokenizing;

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
    public override ISamplingPlan Plan(SamplingOptions options) => options.Sampling switch
    {
        SamplingOptions.WithReplacement => new ReplacementSamplingPlan(stream.Tokens - block, options.MicroBatch, options.Replicas, options.Seed),
        SamplingOptions.Tracks => new TrackPlan(stream.Tokens, block, options.MicroBatch, options.Replicas, options.Seed),
        _ => new EpochSamplingPlan(epoch => new EpochPlan(shards, block, options.MicroBatch, options.Seed, epoch), options.Replicas),
    };

    /// <inheritdoc />
    public override SequenceBatch Read(MicroBatch samples) => TextBatchReader.Read(stream, samples, block);

    /// <inheritdoc />
    public override IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit) =>
        EvaluationBatches.List(stream.Tokens, block, batchSize, limit);

    /// <summary>
    /// The text as at most <paramref name="rows"/> equally long tracks: batch k is the k-th block of each, the last one perhaps shorter.
    /// The last targets, fewer than rows, are left out.
    /// </summary>
    public IReadOnlyList<EvaluationBatch> EvaluationTracks(int rows)
    {
        var tracks = (int)Math.Min(rows, stream.Tokens - 1);
        var length = tracks <= 0 ? 0 : (stream.Tokens - 1) / tracks;
        var batches = new List<EvaluationBatch>();
        for (var start = 0L; start < length; start += block)
        {
            var starts = Enumerable.Range(0, tracks).Select(track => (track * length) + start).ToArray();
            batches.Add(new EvaluationBatch(batches.Count, new MicroBatch(starts), (int)Math.Min(block, length - start)));
        }

        return batches;
    }

    /// <inheritdoc />
    public override SequenceBatch Read(EvaluationBatch batch) => TextBatchReader.Read(stream, batch.Samples, batch.Places);

    /// <inheritdoc />
    public override SplitSurvey Survey(DataDescription data, int samples, SamplingOptions? options)
    {
        var length = (int)Math.Min(block, stream.Tokens);
        var tokenizer = TokenizerCatalog.Create(data.Tokenizer!);
        return new SplitSurvey(
            [],
            [.. length == 0 ? [] : SplitSurvey.Spread(stream.Tokens - length + 1, samples).Select(position => new SampleView(position, new Dictionary<string, object> { ["text"] = TextAt(position, length, tokenizer) }))],
            options is { Sampling: SamplingOptions.Epochs } && shards.Any(shard => shard.Tokens > block)
                ? new EpochPlan(shards, block, options.MicroBatch, options.Seed, epoch: 0).SkippedTokens
                : null);
    }

    /// <inheritdoc />
    public override void Dispose() => stream.Dispose();

    private string TextAt(long position, int length, ITokenizer tokenizer)
    {
        var tokens = new long[length];
        stream.Read(position, tokens);
        return tokenizer.Decode(Array.ConvertAll(tokens, static token => (int)token));
    }
}
