using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Preparation.Recordings;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;

namespace SeqCluster.Data.Tests.Splits;

public sealed class AudioSplitTests
{
    private const int Block = 8;
    private static readonly ChordSettings Options = new() { Rate = 2_000, FeatureHop = 1, ValidationFraction = 0 };

    // Of the first recording of 21 samples: from its place 13 to its end.
    private static readonly MicroBatch LastWindow = new(new long[] { 7 + 13 });

    // Every sample of every recording tells by its level which one it is.
    private static readonly IReadOnlyList<(string Name, Sound Sound)> Sounds =
        [("a-x", Ramp(0, 21)), ("b-y", Ramp(21, 5)), ("c-x", Ramp(26, 40))];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Plan_AnyEpoch_EverySampleIsATargetOnce(int replicas)
    {
        using var folder = new TemporaryFolder();
        using var split = Open(folder, Prepare(folder, Sounds, Options), out _);
        var plan = split.Plan(new SamplingOptions("epoch", 2, replicas, Seed: 4));
        var steps = Enumerable.Range(1, 60).Select(step => plan[step]).GroupBy(step => step.Epoch).SkipLast(1).ToList();

        Assert.True(steps.Count > 3);
        foreach (var epoch in steps)
        {
            var batches = epoch.SelectMany(step => step.Replicas).Select(split.Read).Cast<AudioBatch>().ToList();
            Assert.Equal(Enumerable.Range(0, 66).Select(level => (long)level), batches.SelectMany(batch => batch.Targets).Where(target => target >= 0).Order());
            Assert.All(batches, AssertInputsPrecedeTargets);
        }

        Assert.NotEqual(Numbers(steps[0]), Numbers(steps[1]));

        // Each epoch cuts a recording anew, but not the one of 5 samples, which a window of 8 holds whole.
        var cuts = steps.Select(epoch => string.Join(' ', Numbers(epoch).Order())).ToList();
        Assert.True(cuts.Distinct().Count() > 1, cuts[0]);
        Assert.All(steps, epoch => Assert.Single(Numbers(epoch), number => number is >= 28 and < 28 + 12));
    }

    [Fact]
    public void EvaluationList_Whole_HasEveryTargetOnceInOrderAndALimitSpreads()
    {
        using var folder = new TemporaryFolder();
        using var split = Open(folder, Prepare(folder, Sounds, Options), out _);
        var batches = split.EvaluationList(batchSize: 2, limit: 0).Select(split.Read).Cast<AudioBatch>().ToList();

        Assert.Equal(Enumerable.Range(0, 66).Select(level => (long)level), batches.SelectMany(batch => batch.Targets).Where(target => target >= 0));
        Assert.Equal([0, 1], split.EvaluationList(2, 2).Select(batch => batch.Number));
        Assert.Equal(batches.Count, split.EvaluationList(2, 1_000).Count);
    }

    [Fact]
    public void Read_WithReplacement_ReachesEveryTargetEvenly()
    {
        using var folder = new TemporaryFolder();
        using var split = Open(folder, Prepare(folder, Sounds, Options), out _);
        var plan = split.Plan(new SamplingOptions(SamplingOptions.WithReplacement, 4, 2, Seed: 4));
        var counts = Enumerable.Range(1, 400).SelectMany(step => plan[step].Replicas).SelectMany(batch => ((AudioBatch)split.Read(batch)).Targets)
            .Where(target => target >= 0).CountBy(target => target).ToDictionary();

        Assert.Equal(66, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 180, 420));
    }

    [Fact]
    public void Read_Digest_TellsSampleAndContent()
    {
        using var folder = new TemporaryFolder();
        using var split = Open(folder, Prepare(folder, Sounds, Options), out _);
        using var same = Open(folder, Prepare(folder, Sounds, Options), out _);
        using var louder = Open(folder, Prepare(folder, [.. Sounds.Skip(1).Prepend(("a-x", Ramp(100, 21)))], Options), out _);
        var first = new MicroBatch(new long[] { 9, 12 });

        Assert.Equal(split.Read(first).Digest, same.Read(first).Digest);
        Assert.NotEqual(split.Read(first).Digest, louder.Read(first).Digest);
        Assert.NotEqual(split.Read(first).Digest, split.Read(new MicroBatch(new long[] { 9, 13 })).Digest);
        Assert.NotEqual(split.Read(LastWindow).Digest, OtherwiseRead([.. Sounds.Skip(1).Prepend(("a-x", new Sound(2_000, 1, [.. Ramp(0, 20).Samples, 0.9f])))], Options));
        Assert.NotEqual(OtherwiseRead(Sounds, Options with { Features = 3 }), OtherwiseRead(Sounds, Options with { Features = 3, FeatureHop = 4 }));
        Assert.NotEqual(OtherwiseRead(Sounds, Options, hasClasses: true), OtherwiseRead([.. Sounds.Skip(1).Prepend(("a-y", Ramp(0, 21)))], Options, hasClasses: true));
        Assert.Equal(0, split.Read(MicroBatch.Empty).Samples);
        Assert.Throws<ArgumentOutOfRangeException>(() => split.Read(new MicroBatch(new long[] { 87 })));
    }

    private static ulong OtherwiseRead(IReadOnlyList<(string Name, Sound Sound)> sounds, RecordingSettings settings, bool hasClasses = false)
    {
        using var folder = new TemporaryFolder();
        using var split = Open(folder, Prepare(folder, sounds, settings, hasClasses), out _);
        return split.Read(LastWindow).Digest;
    }

    [Fact]
    public void Read_ClassesAndFeatures_BelongToTheirRecording()
    {
        using var folder = new TemporaryFolder();
        using var split = Open(
            folder, Prepare(folder, [.. Sounds.Append(("d-y", ToneChord.Of([700], 2_000, 40)))], Options with { Features = 3, FeatureHop = 4 }, hasClasses: true), out var manifest);
        var batch = (AudioBatch)split.Read(new MicroBatch(new long[] { 7, 28 + 7, 28 + 12 + 47 + 7 }));

        Assert.Equal(["x", "y"], manifest.Data.Classes!);
        Assert.Equal([0, 1, 1], batch.Classes!);
        Assert.Equal((3, 3 * 3 * 8), (batch.FeatureChannels, batch.Features!.Length));
        // The tone of 700 Hz is in the highest of three mel bands of 1 kHz, and the same for all samples of a hop.
        var tone = batch.Features[(2 * 3 * 8)..];
        Assert.True(tone[(2 * 8) + 4] > tone[4] + 0.2, string.Join(' ', tone));
        Assert.Equal(tone[(2 * 8) + 4], tone[(2 * 8) + 7]);
        Assert.NotEqual(tone[(2 * 8) + 3], tone[(2 * 8) + 4]);

        // Before the recording it is as quiet as nothing.
        var early = (AudioBatch)split.Read(new MicroBatch(new long[] { 28 + 12 + 47 + 5 }));
        Assert.Equal(Enumerable.Repeat(BandPowers.ToFeature(0), 2), early.Features![(2 * 8)..((2 * 8) + 2)]);
        Assert.NotEqual(BandPowers.ToFeature(0), early.Features[(2 * 8) + 2]);
    }

    [Theory]
    [InlineData(0.4, 26, 40)]
    [InlineData(0.1, 60, 6)]
    [InlineData(0, 66, 0)]
    public void Prepare_ValidationFraction_HoldsOutWholeRecordingsOrTheirEnds(double fraction, int train, int validation)
    {
        using var folder = new TemporaryFolder();
        var prepared = Prepare(folder, Sounds, Options with { ValidationFraction = fraction });
        Assert.Equal((train, validation), (Targets(prepared, prepared.Manifest.Train), Targets(prepared, prepared.Manifest.Validation)));
    }

    [Fact]
    public void Prepare_Folder_ReadsItsWavFilesAndTellsEveryFault()
    {
        using var folder = new TemporaryFolder();
        using var datasets = new TemporaryFolder();
        WavFile.Write(Path.Combine(folder.Path, "0_theo.wav"), Ramp(0, 30));
        WavFile.Write(Path.Combine(folder.Path, "1_jackson.wav"), Ramp(3, 30), SampleEncoding.Float32);
        File.WriteAllText(Path.Combine(folder.Path, "README.md"), "about them");
        const string Settings = """{"path":["."],"rate":2000,"class":"_([a-z]+)"}""";
        var prepared = DataCatalog.Prepare(datasets.Path, new PreparationRequest("wav", Settings, folder.Path));

        Assert.Equal(["jackson", "theo"], prepared.Manifest.Data.Classes!);
        Assert.Equal(["0_theo.wav", "1_jackson.wav"], prepared.Manifest.Sources.Select(source => source.Path));
        Assert.Equal(prepared.Sha256, DataCatalog.Prepare(datasets.Path, new PreparationRequest("wav", Settings, folder.Path)).Sha256);

        WavFile.Write(Path.Combine(folder.Path, "fast.wav"), Ramp(0, 30) with { Rate = 4_000 });
        File.WriteAllText(Path.Combine(folder.Path, "broken_x.wav"), "RIFF");
        WavFile.Write(Path.Combine(folder.Path, "empty_x.wav"), Ramp(0, 0));
        var faults = Refused("wav", Settings, folder, datasets).Faults;
        Assert.Equal(4, faults.Count);
        Assert.Contains(faults, fault => fault.Contains("matches nothing in fast.wav", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("4000 Hz, the job's rate is 2000 Hz", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("broken_x.wav: not a WAV file", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("empty_x.wav: 0 samples", StringComparison.Ordinal));
        Assert.Single(Directory.GetDirectories(datasets.Path));
    }

    [Theory]
    [InlineData("wav", """{"path":["*.flac"]}""", "names no file")]
    [InlineData("wav", """{"path":["."],"class":"_[a-z]+"}""", "has no group")]
    [InlineData("wav", """{"path":["."],"class":"("}""", "no regular expression")]
    [InlineData("wav", """{"path":["."]}""", "none of the 1 files there is a .wav")]
    [InlineData("chord", """{"rate":400,"tones":["155.56","x","200"]}""", "200 must be a number above 0 and below half the rate of 400 Hz")]
    public void Prepare_SettingsThatDoNotFit_AreRefused(string kind, string settings, string reason)
    {
        using var folder = new TemporaryFolder();
        using var datasets = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "README.md"), "no recordings");
        Assert.Contains(reason, Refused(kind, settings, folder, datasets).Message);
    }

    [Fact]
    public void Prepare_Chord_HoldsItsTones()
    {
        using var folder = new TemporaryFolder();
        var prepared = DataCatalog.Prepare(folder.Path, new PreparationRequest("chord", """{"rate":2000,"seconds":2,"validationFraction":0}""", folder.Path));
        using var split = DataSplit.Open(prepared.Folder, prepared.Manifest.Data, prepared.Manifest.Train, 5_000);
        var batch = (AudioBatch)split.Read(split.EvaluationList(1, 0).Single());
        var sound = new Sound(2_000, 1, [.. batch.Targets.Select(level => Quantization.MuLaw.Decode((int)level))]);

        Assert.Equal(4_000, sound.Frames);
        Assert.InRange(Spectrogram.Of(sound, 512, 256).PartAt(ToneChord.Frequencies), 0.95, 1);
    }

    private static PreparationFault Refused(string kind, string settings, TemporaryFolder folder, TemporaryFolder datasets) =>
        Assert.Throws<PreparationFault>(() => DataCatalog.Prepare(datasets.Path, new PreparationRequest(kind, settings, folder.Path)));

    private static PreparedDataset Prepare(TemporaryFolder folder, IReadOnlyList<(string Name, Sound Sound)> sounds, RecordingSettings settings, bool hasClasses = false)
    {
        using var datasets = new DatasetWriter(folder.Path);
        var writer = new RecordingWriter(settings, new PreparationContext(folder.Path, Block, datasets, null, CancellationToken.None), sounds.Count);
        for (var index = 0; index < sounds.Count; index++)
        {
            writer.Write(index, hasClasses && sounds[index].Name.EndsWith('y') ? 1 : 0, sounds[index].Sound);
        }

        return datasets.Publish(writer.Finish(hasClasses ? ["x", "y"] : null, []));
    }

    private static Sound Ramp(int first, int count) =>
        new(2_000, 1, [.. Enumerable.Range(first, count).Select(level => Quantization.MuLaw.Decode(level))]);

    private static DataSplit Open(TemporaryFolder folder, PreparedDataset prepared, out DatasetManifest manifest)
    {
        manifest = prepared.Manifest;
        return DataSplit.Open(prepared.Folder, manifest.Data, manifest.Train, Block);
    }

    private static int Targets(PreparedDataset prepared, IReadOnlyList<ShardEntry> shards)
    {
        using var split = DataSplit.Open(prepared.Folder, prepared.Manifest.Data, shards, Block);
        return split.EvaluationList(4, 0).Select(split.Read).Cast<AudioBatch>().Sum(batch => batch.Targets.Count(target => target >= 0));
    }

    private static long[] Numbers(IEnumerable<PlannedStep> steps) =>
        [.. steps.SelectMany(step => step.Replicas).SelectMany(batch => batch.Numbers.ToArray())];

    private static void AssertInputsPrecedeTargets(AudioBatch batch)
    {
        for (var i = 0; i < batch.Targets.Length; i++)
        {
            if (batch.Targets[i] is var target && target >= 0)
            {
                Assert.Equal(target is 0 or 21 or 26 ? MuLaw.Silence : target - 1, batch.Inputs[i]);
            }
            else
            {
                Assert.True(batch.Inputs[i] == MuLaw.Silence || i % batch.Places > 0, $"place {i} is {batch.Inputs[i]}");
            }
        }
    }
}
