using System.Runtime.InteropServices;
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
        FillWeights(model);

        using var scope = NewDisposeScope();
        var batch = SmallPairs.Batch([.. Expected.Sources.Select(row => row[..^1])], [.. Expected.Targets.Select(row => row[..^1])]);
        var (loss, targets) = model.SummedLoss(batch);
        loss.backward();

        Assert.Equal(Expected.Targets.Sum(row => row.Length), targets);
        Assert.Equal(golden.Loss, loss.item<double>(), 1e-9 * golden.Loss);
        Assert.Equal(golden.Gradients.Keys.Order(StringComparer.Ordinal), model.OrderedParameters().Select(entry => entry.Name));
        foreach (var (parameterName, parameter) in model.OrderedParameters())
        {
            var expected = golden.Gradients[parameterName];
            var actual = MemoryMarshal.Cast<byte, double>(parameter.grad!.contiguous().bytes).ToArray();
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < actual.Length; i++)
            {
                Assert.True(Math.Abs(actual[i] - expected[i]) <= 1e-9 + (1e-7 * Math.Abs(expected[i])), $"{parameterName}[{i}] = {actual[i]}, expected {expected[i]}");
            }
        }
    }

    // Dropout is no part of the golden model.
    private static string Settings(Case golden)
    {
        var settings = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(golden.Settings)!;
        settings["dropout"] = JsonSerializer.SerializeToElement(0);
        return JsonSerializer.Serialize(settings);
    }

    // The formula of pair_models.py.
    private static void FillWeights(PairModel model)
    {
        var number = 0;
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            var values = MemoryMarshal.Cast<byte, double>(parameter.bytes);
            var gain = name.EndsWith("norm.weight", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)((0.25 * Math.Sin((0.37 * i) + (1.3 * number) + 0.5)) + gain);
            }

            number++;
        }
    }

    private sealed record Golden(int[][] Sources, int[][] Targets, Case[] Cases);

    private sealed record Case(string Kind, string Name, JsonElement Settings, double Loss, Dictionary<string, double[]> Gradients);
}
