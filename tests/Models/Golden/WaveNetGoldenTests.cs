using System.Text.Json;
using SeqCluster.Data.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>Losses and gradients of an independent implementation, <c>wavenet.py</c> beside this file, for the same weights.</summary>
public sealed class WaveNetGoldenTests
{
    [TorchTheory]
    [InlineData("figure4")]
    [InlineData("conditioned")]
    [InlineData("logistics")]
    public void SummedLoss_SameWeights_HasTheSameLossAndGradients(string name)
    {
        var golden = Read().Single(item => item.Name == name);
        using var model = new WaveNet(golden.Settings, golden.Data);
        model.to(ScalarType.Float64);
        GoldenModel.Fill(model, 0.3);

        using var scope = NewDisposeScope();
        var places = golden.Inputs.Length / golden.Samples;
        var (loss, targets) = model.SummedLoss(new AudioBatch(
            golden.Inputs, golden.Targets, golden.Samples, places, golden.Classes, golden.Features, golden.Data.FeatureChannels, 0));
        loss.backward();

        Assert.Equal(golden.Samples * (places - 2), targets);
        Assert.Equal(golden.Loss, loss.item<double>(), 1e-6 * golden.Loss);
        GoldenModel.AssertGradients(golden.Gradients, model, 1e-5, 1e-5);
    }

    private static Case[] Read() =>
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/wavenet.json")), JsonSerializerOptions.Web)!;

    private sealed record Case(
        string Name,
        WaveNetSettings Settings,
        WaveNetData Data,
        int Samples,
        long[] Inputs,
        long[] Targets,
        long[]? Classes,
        float[]? Features,
        double Loss,
        Dictionary<string, double[]> Gradients);
}
