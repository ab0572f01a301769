using System.Globalization;
using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Splits;

/// <summary>
/// Sequences of real numbers. An example is its inputs and its targets; a sample's number is the example's. All examples of a dataset
/// are equally long, so that no row needs padding.
/// </summary>
public sealed class SeriesSplit : DataSplit
{
    private const int Parts = 2;

    private readonly ExampleStream stream;
    private readonly int inputFeatures;
    private readonly int outputFeatures;
    private readonly int[] lengths;

    internal SeriesSplit(string folder, DataDescription data, IReadOnlyList<ShardEntry> shards)
    {
        inputFeatures = data.InputFeatures ?? throw new InvalidDataException($"{folder}: the manifest does not say how many features there are: prepare the data again");
        outputFeatures = data.OutputFeatures ?? throw new InvalidDataException($"{folder}: the manifest does not say how many targets there are: prepare the data again");
        stream = new ExampleStream(folder, shards, Parts);
        lengths = new int[stream.Count];
        Array.Fill(lengths, stream.Count == 0 ? 0 : Places);
    }

    /// <inheritdoc />
    public override string Size => string.Create(CultureInfo.InvariantCulture, $"{stream.Count:N0} sequences");

    private int Places => stream.Floats(0, 0).Length / inputFeatures;

    private int TargetPlaces => stream.Floats(0, 1).Length / outputFeatures;

    /// <inheritdoc />
    public override ISamplingPlan Plan(SamplingOptions options) => options.Sampling == SamplingOptions.WithReplacement
        ? new ReplacementSamplingPlan(stream.Count, options.MicroBatch, options.Replicas, options.Seed)
        : new EpochSamplingPlan(epoch => new ExampleEpochPlan(lengths, options, epoch), options.Replicas);

    /// <inheritdoc />
    public override IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit) => ExampleBatches.List(lengths, batchSize, limit);

    /// <inheritdoc />
    public override SequenceBatch Read(EvaluationBatch batch) => Read(batch.Samples);

    /// <inheritdoc />
    public override SequenceBatch Read(MicroBatch samples)
    {
        var numbers = samples.Numbers.Span;
        if (numbers.IsEmpty)
        {
            return new SeriesBatch([], [], 0, 0, inputFeatures, 0, outputFeatures, 0);
        }

        var (width, targetWidth) = (Places * inputFeatures, TargetPlaces * outputFeatures);
        var inputs = new float[numbers.Length * width];
        var targets = new float[numbers.Length * targetWidth];
        using var digest = new BatchDigest();
        for (var row = 0; row < numbers.Length; row++)
        {
            var x = stream.Floats(numbers[row], 0);
            var y = stream.Floats(numbers[row], 1);
            x.CopyTo(inputs.AsSpan(row * width, width));
            y.CopyTo(targets.AsSpan(row * targetWidth, targetWidth));
            digest.Begin(numbers[row]);
            digest.Add(x);
            digest.Add(y);
        }

        return new SeriesBatch(inputs, targets, numbers.Length, Places, inputFeatures, TargetPlaces, outputFeatures, digest.Finish());
    }

    /// <summary>Variance of all targets of the split about their mean: what a squared error is measured against.</summary>
    public double TargetVariance()
    {
        var (count, sum, squares) = (0L, 0.0, 0.0);
        for (var example = 0; example < stream.Count; example++)
        {
            foreach (var target in stream.Floats(example, 1))
            {
                if (!float.IsNaN(target))
                {
                    count++;
                    sum += target;
                    squares += (double)target * target;
                }
            }
        }

        return (squares / count) - (sum / count * (sum / count));
    }

    /// <inheritdoc />
    public override SplitSurvey Survey(DataDescription data, int samples, SamplingOptions? options) => new(
        stream.Count == 0 ? [] : [LengthDistribution.From("sequences", "places", lengths.Select(length => (double)length))],
        [.. SplitSurvey.Spread(stream.Count, samples).Select(number => View(data, number))]);

    /// <inheritdoc />
    public override void Dispose() => stream.Dispose();

    // As the files have them; NaN where there is no target.
    private SampleView View(DataDescription data, long number)
    {
        var parts = new Dictionary<string, object>();
        foreach (var (part, name, features, columns) in new[] { (0, "input", inputFeatures, data.InputColumns), (1, "target", outputFeatures, data.OutputColumns) })
        {
            var values = stream.Floats(number, part).ToArray();
            for (var feature = 0; feature < features; feature++)
            {
                var column = columns?[feature] ?? new SeriesColumn($"{feature + 1}", 0, 1);
                parts[$"{name} {column.Name}"] = values.Where((_, index) => index % features == feature).Select(column.Restore).ToArray();
            }
        }

        return new SampleView(number, parts);
    }
}
