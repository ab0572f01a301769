using System.Globalization;
using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Splits;

/// <summary>
/// Pairs of token sequences. An example is the source's tokens, the target's tokens, and, in splits that are decoded, the target as it
/// was written; a sample's number is the example's.
/// </summary>
public sealed class PairSplit : DataSplit
{
    internal const int Parts = 3;
    private const int SourcePart = 0;
    private const int TargetPart = 1;
    private const int ReferencePart = 2;

    private readonly ExampleStream stream;
    private readonly int[] lengths;

    internal PairSplit(string folder, IReadOnlyList<ShardEntry> shards)
    {
        stream = new ExampleStream(folder, shards, Parts);
        lengths = [.. Enumerable.Range(0, stream.Count).Select(example =>
            1 + Math.Max(stream.Part(example, SourcePart).Length, stream.Part(example, TargetPart).Length))];
    }

    /// <inheritdoc />
    public override string Size => string.Create(CultureInfo.InvariantCulture, $"{stream.Count:N0} pairs");

    /// <summary>Pairs in the split.</summary>
    public int Count => stream.Count;

    /// <inheritdoc />
    public override ISamplingPlan Plan(SamplingOptions options) => options.Sampling == SamplingOptions.WithReplacement
        ? new ReplacementSamplingPlan(stream.Count, options.MicroBatch, options.Replicas, options.Seed)
        : new EpochSamplingPlan(epoch => new ExampleEpochPlan(lengths, options, epoch), options.Replicas);

    /// <inheritdoc />
    public override IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit) => ExampleBatches.List(lengths, batchSize, limit);

    /// <inheritdoc />
    public override SequenceBatch Read(EvaluationBatch batch) => Read(batch.Samples);

    /// <inheritdoc />
    public override SequenceBatch Read(MicroBatch samples) => ReadPairs(samples);

    /// <summary>The batch of any examples.</summary>
    public PairBatch ReadPairs(MicroBatch samples)
    {
        var numbers = samples.Numbers.ToArray();
        var (sourcePlaces, targetPlaces) = (Longest(numbers, SourcePart), Longest(numbers, TargetPart));
        var source = new long[numbers.Length * sourcePlaces];
        var inputs = new long[numbers.Length * targetPlaces];
        var targets = new long[numbers.Length * targetPlaces];
        var (sourceLengths, targetLengths) = (new int[numbers.Length], new int[numbers.Length]);
        Array.Fill(targets, SequenceBatch.NoTarget);
        using var digest = new BatchDigest();
        for (var row = 0; row < numbers.Length; row++)
        {
            var x = stream.Part(numbers[row], SourcePart);
            var y = stream.Part(numbers[row], TargetPart);
            (sourceLengths[row], targetLengths[row]) = (x.Length + 1, y.Length + 1);
            Fill(source.AsSpan(row * sourcePlaces), x, SpecialTokens.End);
            inputs[row * targetPlaces] = SpecialTokens.Begin;
            Fill(inputs.AsSpan((row * targetPlaces) + 1), y, end: null);
            Fill(targets.AsSpan(row * targetPlaces), y, SpecialTokens.End);
            digest.Begin(numbers[row]);
            digest.Add<long>(source.AsSpan(row * sourcePlaces, sourceLengths[row]));
            digest.Add<long>(targets.AsSpan(row * targetPlaces, targetLengths[row]));
        }

        return new PairBatch(
            source, sourceLengths, sourcePlaces, inputs, targets, targetLengths, targetPlaces, numbers.Length, digest.Finish());
    }

    /// <summary>The target of a pair as it was written, before any vocabulary; empty in a split that is only trained on.</summary>
    public string Reference(long example) => stream.Text(example, ReferencePart);

    /// <summary>The tokens of a pair.</summary>
    public (int[] Source, int[] Target) Tokens(long example) => (ToInts(stream.Part(example, SourcePart)), ToInts(stream.Part(example, TargetPart)));

    /// <inheritdoc />
    public override SplitSurvey Survey(DataDescription data, int samples, SamplingOptions? options)
    {
        var (sources, targets) = (TokenizerCatalog.Create(data.SourceTokenizer!), TokenizerCatalog.Create(data.Tokenizer!));
        LengthDistribution LengthsOf(string name, int part) =>
            LengthDistribution.From(name, "tokens", Enumerable.Range(0, Count).Select(example => (double)stream.Part(example, part).Length));
        return new SplitSurvey(
            Count == 0 ? [] : [LengthsOf("sources", SourcePart), LengthsOf("targets", TargetPart)],
            [.. SplitSurvey.Spread(Count, samples).Select(number => (Number: number, Tokens: Tokens(number))).Select(pair => new SampleView(
                pair.Number, new Dictionary<string, object> { ["source"] = sources.Decode(pair.Tokens.Source), ["target"] = targets.Decode(pair.Tokens.Target) }))]);
    }

    /// <inheritdoc />
    public override void Dispose() => stream.Dispose();

    private int Longest(long[] numbers, int part)
    {
        var longest = 0;
        foreach (var number in numbers)
        {
            longest = Math.Max(longest, stream.Part(number, part).Length + 1);
        }

        return longest;
    }

    private static void Fill(Span<long> row, ReadOnlySpan<ushort> tokens, int? end)
    {
        for (var place = 0; place < tokens.Length; place++)
        {
            row[place] = tokens[place];
        }

        if (end is { } token)
        {
            row[tokens.Length] = token;
        }
    }

    private static int[] ToInts(ReadOnlySpan<ushort> tokens)
    {
        var numbers = new int[tokens.Length];
        for (var place = 0; place < tokens.Length; place++)
        {
            numbers[place] = tokens[place];
        }

        return numbers;
    }
}
