using SeqCluster.Models.Decoding;
using SeqCluster.Models.Tests.WaveNets;

namespace SeqCluster.Models.Tests.Decoding;

public sealed class SoundGeneratorTests
{
    private const double Tolerance = 1e-5;

    [TorchTheory]
    [MemberData(nameof(SmallWaveNets.Variants), MemberType = typeof(SmallWaveNets))]
    public void Next_SampleBySample_TellsTheOutputsOfTheWholePass(string variant)
    {
        using var model = SmallWaveNets.New(variant);
        var levels = SmallWaveNets.Levels(model, 60);
        var feature_FT = SmallWaveNets.Features(model, 60);
        var expected = SmallWaveNets.Outputs(model, levels, feature_FT);
        var channels = expected.Length / levels.Length;
        var queues = new WaveNetQueues(model, model.Data.Classes > 0 ? 1 : null);
        for (var place = 0; place < levels.Length; place++)
        {
            float[] features = [.. Enumerable.Range(0, model.Data.FeatureChannels).Select(channel => feature_FT[(channel * 60) + place])];
            var outputs = queues.Next((int)levels[place], features).ToArray();

            Assert.Equal(channels, outputs.Length);
            Assert.All(outputs.Zip(expected[(place * channels)..]), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tolerance));
        }
    }

    [TorchTheory]
    [MemberData(nameof(SmallWaveNets.Variants), MemberType = typeof(SmallWaveNets))]
    public void Generate_WithQueues_GivesTheSamplesOfFullRecomputation(string variant)
    {
        using var model = SmallWaveNets.New(variant);
        var request = Request(model, 50) with { Beginning = [3, 200, 77] };
        var feature_FT = SmallWaveNets.Features(model, 53);
        var generated = new SoundGenerator(model).Generate(request with { Features = Transposed(feature_FT, model.Data.FeatureChannels, 53) });

        Assert.Equal(Recomputed(model, request, feature_FT), generated);
        Assert.NotEqual(generated, new SoundGenerator(model).Generate(request with
        {
            Features = Transposed(feature_FT, model.Data.FeatureChannels, 53),
            Options = request.Options with { Seed = 6 },
        }));
    }

    [TorchFact]
    public void Generate_RequestThatDoesNotFit_IsRefused()
    {
        using var plain = SmallWaveNets.New("separate");
        using var conditioned = SmallWaveNets.New("conditioned");
        Assert.Contains("without classes", Assert.Throws<ArgumentException>(() => new SoundGenerator(plain).Generate(Request(plain, 1) with { SoundClass = 0 })).Message);
        Assert.Contains("class 3", Assert.Throws<ArgumentException>(() => new SoundGenerator(conditioned).Generate(
            Request(conditioned, 1) with { SoundClass = 3, Features = new float[5] })).Message);
        Assert.Contains("0 numbers of features", Assert.Throws<ArgumentException>(() => new SoundGenerator(conditioned).Generate(Request(conditioned, 1))).Message);
    }

    private static SoundRequest Request(WaveNet model, int count) => new()
    {
        Count = count,
        Silence = model.Data.Levels / 2,
        Options = new DecodingOptions { Temperature = 1, Seed = 5 },
        SoundClass = model.Data.Classes > 0 ? 1 : null,
    };

    private static float[] Transposed(float[] feature_FT, int channels, int places) =>
        [.. Enumerable.Range(0, channels * places).Select(i => feature_FT[(i % Math.Max(channels, 1) * places) + (i / Math.Max(channels, 1))])];

    // A pass over everything so far, for each sample.
    private static int[] Recomputed(WaveNet model, SoundRequest request, float[] feature_FT)
    {
        var tokens = new TokenSampler(request.Options);
        var logistics = new LogisticSampler(request.Options, model.Data.Levels);
        List<long> levels = [request.Silence, .. request.Beginning.Select(level => (long)level)];
        var places = feature_FT.Length / Math.Max(model.Data.FeatureChannels, 1);
        for (var i = 0; i < request.Count; i++)
        {
            float[] features = [.. Enumerable.Range(0, model.Data.FeatureChannels).SelectMany(channel => feature_FT.Skip(channel * places).Take(levels.Count))];
            var outputs = SmallWaveNets.Outputs(model, [.. levels], features);
            var last = outputs.AsSpan(outputs.Length / levels.Count * (levels.Count - 1));
            levels.Add(model.Settings.Output == "softmax" ? tokens.Next(last) : logistics.Next(last));
        }

        return [.. levels.Skip(1 + request.Beginning.Count).Select(level => (int)level)];
    }
}
