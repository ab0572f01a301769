using System.Runtime.InteropServices;
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
        FillWeights(model);

        using var scope = NewDisposeScope();
        var places = golden.Inputs.Length / golden.Samples;
        var (loss, targets) = model.SummedLoss(new AudioBatch(
            golden.Inputs, golden.Targets, golden.Samples, places, golden.Classes, golden.Features, golden.Data.FeatureChannels, 0));
        loss.backward();

        Assert.Equal(golden.Samples * (places - 2), targets);
        Assert.Equal(golden.Loss, loss.item<double>(), 1e-6 * golden.Loss);
        Assert.Equal(golden.Gradients.Keys.Order(StringComparer.Ordinal), model.named_parameters().Select(entry => entry.name).Order(StringComparer.Ordinal));
        foreach (var (parameterName, parameter) in model.named_parameters())
        {
            var expected = golden.Gradients[parameterName];
            var actual = MemoryMarshal.Cast<byte, double>(parameter.grad!.contiguous().bytes).ToArray();
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < actual.Length; i++)
            {
                Assert.True(Math.Abs(actual[i] - expected[i]) <= 1e-5 + (1e-5 * Math.Abs(expected[i])), $"{parameterName}[{i}] = {actual[i]}, expected {expected[i]}");
            }
        }
    }

    // The formula of wavenet.py.
    private static void FillWeights(WaveNet model)
    {
        var number = 0;
        foreach (var (_, parameter) in model.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal))
        {
            var values = MemoryMarshal.Cast<byte, double>(parameter.bytes);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(0.3 * Math.Sin((0.37 * i) + (1.3 * number) + 0.5));
            }

            number++;
        }
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
