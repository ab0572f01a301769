using System.Security.Cryptography;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Audit.Content;

/// <summary>
/// Recordings in windows of so many targets, the first of which begins before its recording by a seeded number of samples. A
/// recording of n samples has n + block − 1 windows with a target in them; a sample's number counts those of all recordings.
/// </summary>
internal sealed class AudioData : AuditedData
{
    private const int ClassPart = 0;
    private const int LevelPart = 1;
    private const int FeaturePart = 2;
    private const long NoTarget = -100;

    private readonly ExampleFiles recordings;
    private readonly DataDescription data;
    private readonly int block;
    private readonly long silence;
    private readonly List<(long FirstNumber, long FirstSample, int Samples)> places = [];
    private readonly (long Numbers, long Samples) total;

    public AudioData(string folder, DatasetManifest manifest, int block)
    {
        (data, this.block) = (manifest.Data, block);
        silence = Quantization.Named(data.Quantization!).Silence;
        recordings = new ExampleFiles(folder, manifest.Train);
        for (var recording = 0; recording < recordings.Count; recording++)
        {
            var samples = recordings.LengthOf(recording, LevelPart);
            places.Add((total.Numbers, total.Samples, samples));
            total = (total.Numbers + samples + block - 1, total.Samples + samples);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<AuditedStep> Plan(TrainSpec train, int replicas, long seed) => train.Sampling == SamplingOptions.WithReplacement
        ? StepPlan.Draws(total.Numbers, train.MicroBatch, replicas, seed)
        : StepPlan.Epochs(epoch => [.. Order(seed, epoch).Chunk(train.MicroBatch)], replicas);

    /// <inheritdoc/>
    public override Coverage Cover(TrainSpec train, int replicas) => new(
        total.Samples,
        number =>
        {
            var (recording, start) = WindowOf(number);
            var (first, end) = (Math.Max(0, start), Math.Min(start + block, places[recording].Samples));
            return (places[recording].FirstSample + first, end - first);
        },
        static (_, _) => false);

    /// <inheritdoc/>
    public override void Dispose() => recordings.Dispose();

    /// <inheritdoc/>
    protected override void Feed(IncrementalHash hash, IReadOnlyList<long> samples)
    {
        var windows = samples.Select(WindowOf).ToList();
        var width = windows.Count == 0 ? 0 : (int)windows.Max(window => Math.Min(block, places[window.Recording].Samples - window.Start));
        for (var row = 0; row < windows.Count; row++)
        {
            Add<long>(hash, [samples[row]]);
            FeedWindow(hash, windows[row].Recording, windows[row].Start, width);
        }

        if (data.Classes is not null)
        {
            Add<long>(hash, [.. windows.Select(window => (long)recordings.Part(window.Recording, ClassPart)[0])]);
        }
    }

    private long[] Order(long seed, int epoch)
    {
        var windows = places.SelectMany((place, recording) =>
        {
            var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch, 1 + recording));
            var before = place.Samples <= block ? 0 : random.Next(block);
            var count = (before + place.Samples + block - 1) / block;
            return Enumerable.Range(0, (int)count).Select(window => place.FirstNumber + block - 1 - before + ((long)window * block));
        });
        return StepPlan.Shuffled(windows, new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch)));
    }

    private (int Recording, long Start) WindowOf(long number)
    {
        var recording = places.FindLastIndex(place => place.FirstNumber <= number);
        return (recording, number - places[recording].FirstNumber - block + 1);
    }

    // A target is a sample of the recording, its input the sample before; what lies outside is silence without targets.
    private void FeedWindow(IncrementalHash hash, int recording, long start, int width)
    {
        long[] levels = [.. recordings.Part(recording, LevelPart).Select(static level => (long)level)];
        bool IsInside(long sample) => sample >= 0 && sample < levels.Length;
        var samples = Enumerable.Range(0, width).Select(place => start + place).ToList();
        Add<long>(hash, [.. samples.Select(sample => IsInside(sample) && sample > 0 ? levels[sample - 1] : silence)]);
        Add<long>(hash, [.. samples.Select(sample => IsInside(sample) ? levels[sample] : NoTarget)]);
        if (data.FeatureChannels is not (> 0 and var channels))
        {
            return;
        }

        var sets = recordings.Part(recording, FeaturePart);
        var hop = data.FeatureHop ?? 1;
        Add<float>(hash, [.. Enumerable.Range(0, channels).SelectMany(channel =>
            samples.Select(sample => BandPowers.ToFeature(IsInside(sample) ? sets[((int)(sample / hop) * channels) + channel] : 0)))]);
    }
}
