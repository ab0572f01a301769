using System.Runtime.InteropServices;
using System.Text.Json;
using SeqCluster.Data.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>Losses and gradients of an independent implementation, <c>transformer_lm.py</c> beside this file, for the same weights.</summary>
public sealed class GoldenTests
{
    [TorchTheory]
    [InlineData("gpt2")]
    [InlineData("vaswani")]
    public void SummedLoss_SameWeights_HasTheSameLossAndGradients(string name)
    {
        var golden = Read().Single(item => item.Name == name);
        using var model = (TransformerLanguageModel)ModelCatalog.Create("transformer-lm", golden.Settings.GetRawText(), SmallModels.Text(golden.Vocabulary));
        model.to(ScalarType.Float64);
        FillWeights(model);

        using var scope = NewDisposeScope();
        var batch = new TextBatch(golden.Inputs, golden.Targets, golden.Samples, golden.Inputs.Length / golden.Samples, 0);
        var (loss, _) = model.SummedLoss(batch);
        loss.backward();

        Assert.Equal(golden.Loss, loss.item<double>(), 1e-6 * golden.Loss);
        Assert.Equal(golden.Gradients.Keys.Order(StringComparer.Ordinal), model.OrderedParameters().Select(entry => entry.Name));
        foreach (var (parameterName, parameter) in model.OrderedParameters())
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

    // The formula of transformer_lm.py.
    private static void FillWeights(TransformerLanguageModel model)
    {
        var number = 0;
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            var values = MemoryMarshal.Cast<byte, double>(parameter.bytes);
            var gain = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)((0.25 * Math.Sin((0.37 * i) + (1.3 * number) + 0.5)) + gain);
            }

            number++;
        }
    }

    private static Case[] Read() =>
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/transformer_lm.json")), JsonSerializerOptions.Web)!;

    private sealed record Case(
        string Name, JsonElement Settings, int Vocabulary, int Samples, long[] Inputs, long[] Targets, double Loss, Dictionary<string, double[]> Gradients);
}
