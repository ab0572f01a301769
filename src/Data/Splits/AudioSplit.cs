using System.Globalization;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Splits;

/// <summary>
/// Recordings, heard through windows of so many targets. A window may begin before its recording does and end after it; what lies
/// outside is silence without targets. A recording of n samples has n + block − 1 windows with a target in them; a sample's number
/// counts the windows of all recordings in their order.
/// </summary>
public sealed class AudioSplit : DataSplit
{
    private const int ClassPart = 0;
    private const int LevelPart = 1;
    private const int FeaturePart = 2;
    private const int Parts = 3;

    private readonly ExampleStream recordings;
    private readonly long[] firstNumbers;
    private readonly long numbers;
    private readonly int block;
    private readonly int silence;
    private readonly int channels;
    private readonly int hop;
    private readonly bool hasClasses;

    internal AudioSplit(string folder, DataDescription data, IReadOnlyList<ShardEntry> shards, int block)
    {
        this.block = block;
        (channels, hop) = (data.FeatureChannels ?? 0, data.FeatureHop ?? 1);
        hasClasses = data.Classes is not null;
        silence = Quantization.Named(data.Quantization ?? throw new InvalidDataException($"{folder}: audio without a quantization")).Silence;
        recordings = new ExampleStream(folder, shards, Parts);
        firstNumbers = new long[recordings.Count];
        for (var i = 0; i < recordings.Count; i++)
        {
            firstNumbers[i] = numbers;
            numbers += SamplesOf(i) + block - 1L;
        }
    }

    /// <inheritdoc />
    public override string Size =>
        string.Create(CultureInfo.InvariantCulture, $"{recordings.Count:N0} recordings of {Enumerable.Range(0, recordings.Count).Sum(recording => (long)SamplesOf(recording)):N0} samples");

    /// <inheritdoc />
    public override ISamplingPlan Plan(SamplingOptions options) => recordings.Count == 0
        ? throw new ArgumentException("no recording to train on", nameof(options))
        : options.Sampling == SamplingOptions.WithReplacement
            ? new ReplacementSamplingPlan(numbers, options.MicroBatch, options.Replicas, options.Seed)
            : new EpochSamplingPlan(epoch => new WindowPlan(Windows(options.Seed, epoch), options.MicroBatch, options.Seed, epoch), options.Replicas);

    /// <inheritdoc />
    public override SequenceBatch Read(MicroBatch samples)
    {
        var windows = samples.Numbers.ToArray().Select(number => (Number: number, Window: WindowOf(number))).ToList();
        // Nobody's targets lie beyond.
        var places = windows.Count == 0 ? 0 : (int)windows.Max(entry => Math.Min(block, SamplesOf(entry.Window.Recording) - entry.Window.Start));
        var (inputs, targets) = (new long[windows.Count * places], new long[windows.Count * places]);
        var features = channels > 0 ? new float[windows.Count * channels * places] : null;
        using var digest = new BatchDigest();
        for (var row = 0; row < windows.Count; row++)
        {
            var (recording, start) = windows[row].Window;
            var (input, target) = (inputs.AsMemory(row * places, places), targets.AsMemory(row * places, places));
            ReadLevels(recording, start, input.Span, target.Span);
            digest.Begin(windows[row].Number);
            digest.Add<long>(input.Span);
            digest.Add<long>(target.Span);
            if (features is not null)
            {
                var feature = features.AsSpan(row * channels * places, channels * places);
                ReadFeatures(recording, start, places, feature);
                digest.Add<float>(feature);
            }
        }

        long[]? classes = hasClasses ? [.. windows.Select(entry => (long)recordings.Part(entry.Window.Recording, ClassPart)[0])] : null;
        if (classes is not null)
        {
            digest.Add<long>(classes);
        }

        return new AudioBatch(inputs, targets, windows.Count, places, classes, features, channels, digest.Finish());
    }

    /// <inheritdoc />
    public override IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit)
    {
        var windows = Enumerable.Range(0, recordings.Count).SelectMany(recording => WindowsOf(recording, 0));
        return EvaluationBatches.Spread([.. windows.Chunk(batchSize).Select((chunk, number) => new EvaluationBatch(number, new MicroBatch(chunk)))], limit);
    }

    /// <inheritdoc />
    public override SequenceBatch Read(EvaluationBatch batch) => Read(batch.Samples);

    /// <inheritdoc />
    public override SplitSurvey Survey(DataDescription data, int samples, SamplingOptions? options)
    {
        double SecondsOf(long recording) => (double)SamplesOf((int)recording) / (data.SampleRate ?? 1);
        return new SplitSurvey(
            recordings.Count == 0 ? [] : [LengthDistribution.From("recordings", "seconds", Enumerable.Range(0, recordings.Count).Select(recording => SecondsOf(recording)))],
            [.. SplitSurvey.Spread(recordings.Count, samples).Select(recording =>
            {
                var parts = new Dictionary<string, object> { ["seconds"] = SecondsOf(recording), ["samples"] = SamplesOf((int)recording) };
                if (data.Classes is { } classes)
                {
                    parts["class"] = classes[recordings.Part(recording, ClassPart)[0]];
                }

                return new SampleView(recording, parts);
            })]);
    }

    /// <inheritdoc />
    public override void Dispose() => recordings.Dispose();

    // All windows of an epoch: each recording is cut anew, so that in time every sample is heard after every length of context.
    private long[] Windows(long seed, int epoch) => [.. Enumerable.Range(0, recordings.Count).SelectMany(recording =>
    {
        var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch, 1 + recording));
        return WindowsOf(recording, SamplesOf(recording) <= block ? 0 : (int)random.Next(block));
    })];

    // Window by window, the first of which begins so many samples before the recording: every sample is a target once.
    private IEnumerable<long> WindowsOf(int recording, int before)
    {
        for (long start = -before; start < SamplesOf(recording); start += block)
        {
            yield return firstNumbers[recording] + block - 1 + start;
        }
    }

    private int SamplesOf(int recording) => recordings.Part(recording, LevelPart).Length;

    private (int Recording, long Start) WindowOf(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, numbers);
        var index = Array.BinarySearch(firstNumbers, number);
        index = index < 0 ? ~index - 1 : index;
        return (index, number - firstNumbers[index] - block + 1);
    }

    // A target is a sample; its input is the sample before it.
    private void ReadLevels(int recording, long start, Span<long> inputs, Span<long> targets)
    {
        inputs.Fill(silence);
        targets.Fill(SequenceBatch.NoTarget);
        var levels = recordings.Part(recording, LevelPart);
        for (var place = (int)Math.Max(0, -start); place < Math.Min(inputs.Length, levels.Length - start); place++)
        {
            var sample = (int)(start + place);
            targets[place] = levels[sample];
            inputs[place] = sample > 0 ? levels[sample - 1] : silence;
        }
    }

    // At each place what its target is conditioned on; outside the recording that of silence.
    private void ReadFeatures(int recording, long start, int places, Span<float> feature_FT)
    {
        feature_FT.Fill(BandPowers.ToFeature(0));
        var sets = recordings.Part(recording, FeaturePart);
        for (var place = (int)Math.Max(0, -start); place < Math.Min(places, SamplesOf(recording) - start); place++)
        {
            var set = sets.Slice((int)((start + place) / hop) * channels, channels);
            for (var channel = 0; channel < channels; channel++)
            {
                feature_FT[(channel * places) + place] = BandPowers.ToFeature(set[channel]);
            }
        }
    }
}
