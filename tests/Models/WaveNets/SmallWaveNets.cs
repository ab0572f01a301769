using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.WaveNets;

/// <summary>WaveNets small enough for tests, one for each way in which they differ.</summary>
internal static class SmallWaveNets
{
    public static WaveNetSettings Settings { get; } = new() { Width = 12, SkipWidth = 20, Layers = 6, Cycle = 3, InputKernel = 2, Block = 40 };

    public static WaveNetData Plain { get; } = new(256);

    public static WaveNetData Conditioned { get; } = new(256, Classes: 3, FeatureChannels: 5);

    public static TheoryData<string> Variants => ["shared", "separate", "conditioned", "logistics", "kernel3", "input1"];

    public static WaveNet New(string variant, long seed = 1)
    {
        manual_seed(seed);
        return variant switch
        {
            "shared" => new WaveNet(Settings with { SkipWidth = 0 }, Plain),
            "conditioned" => new WaveNet(Settings, Conditioned),
            "logistics" => new WaveNet(Settings with { Output = "logistics", Mixtures = 3 }, new WaveNetData(65_536)),
            "kernel3" => new WaveNet(Settings with { Kernel = 3, InputKernel = 4 }, Plain),
            "input1" => new WaveNet(Settings with { InputKernel = 1 }, Plain),
            _ => new WaveNet(Settings, Plain),
        };
    }

    public static long[] Levels(WaveNet model, int count, ulong seed = 7)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Data.Levels))];
    }

    public static float[] Features(WaveNet model, int places, ulong seed = 9)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, places * model.Data.FeatureChannels).Select(_ => (random.Next(2_000) / 1_000f) - 1)];
    }

    public static AudioBatch Batch(WaveNet model, int samples, int places, ulong seed = 7) => new(
        Levels(model, samples * places, seed),
        Levels(model, samples * places, seed + 1),
        samples,
        places,
        model.Data.Classes > 0 ? [.. Enumerable.Range(0, samples).Select(row => (long)row % model.Data.Classes)] : null,
        model.Data.FeatureChannels > 0 ? Features(model, samples * places) : null,
        model.Data.FeatureChannels,
        0);

    /// <summary>[T, P], of one sound of class 1.</summary>
    public static float[] Outputs(WaveNet model, long[] levels, float[]? feature_FT = null)
    {
        using var withoutGraph = no_grad();
        using var scope = NewDisposeScope();
        var class_B = model.Data.Classes > 0 ? tensor(new long[] { 1 }, ScalarType.Int64) : null;
        var feature_BFT = model.Data.FeatureChannels == 0
            ? null
            : tensor(feature_FT ?? Features(model, levels.Length), [1, model.Data.FeatureChannels, levels.Length], ScalarType.Float32);
        return SmallModels.Floats(model.Outputs(tensor(levels, [1, levels.Length], ScalarType.Int64), class_B, feature_BFT));
    }
}
