using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>Losses and gradients of independent implementations, <c>pair_models.py</c> beside this file, for the same weights.</summary>
public sealed class PairModelGoldenTests
{
    private static readonly Golden Expected =
        JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/pair_models.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Expected.Cases.Select(item => item.Name)];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void SummedLoss_SameWeights_HasTheSameLossAndGradients(string name)
    {
        var golden = Expected.Cases.Single(item => item.Name == name);
        using var model = SmallPairs.New(golden.Kind, Settings(golden));
        model.to(ScalarType.Float64);
        GoldenModel.Fill(model, 0.25, name => name.EndsWith("norm.weight", StringComparison.OrdinalIgnoreCase) ? 1 : 0);

        using var scope = NewDisposeScope();
        var batch = SmallPairs.Batch([.. Expected.Sources.Select(row => row[..^1])], [.. Expected.Targets.Select(row => row[..^1])]);
        var (loss, targets) = model.SummedLoss(batch);
        loss.backward();

        Assert.Equal(Expected.Targets.Sum(row => row.Length), targets);
        Assert.Equal(golden.Loss, loss.item<double>(), 1e-9 * golden.Loss);
        GoldenModel.AssertGradients(golden.Gradients, model, 1e-9, 1e-7);
    }

    // Dropout is no part of the golden model.
    private static string Settings(Case golden)
    {
        var settings = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(golden.Settings)!;
        settings["dropout"] = JsonSerializer.SerializeToElement(0);
        return JsonSerializer.Serialize(settings);
    }

    private sealed record Golden(int[][] Sources, int[][] Targets, Case[] Cases);

    private sealed record Case(string Kind, string Name, JsonElement Settings, double Loss, Dictionary<string, double[]> Gradients);
}
