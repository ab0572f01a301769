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
        GoldenModel.Fill(model, 0.25, name => name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0);

        using var scope = NewDisposeScope();
        var batch = new TextBatch(golden.Inputs, golden.Targets, golden.Samples, golden.Inputs.Length / golden.Samples, 0);
        var (loss, _) = model.SummedLoss(batch);
        loss.backward();

        Assert.Equal(golden.Loss, loss.item<double>(), 1e-6 * golden.Loss);
        GoldenModel.AssertGradients(golden.Gradients, model, 1e-5, 1e-5);
    }

    private static Case[] Read() =>
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/transformer_lm.json")), JsonSerializerOptions.Web)!;

    private sealed record Case(
        string Name, JsonElement Settings, int Vocabulary, int Samples, long[] Inputs, long[] Targets, double Loss, Dictionary<string, double[]> Gradients);
}
