using System.Runtime.InteropServices;
using System.Text.Json;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>Outputs, losses and gradients of PyTorch's own parts, <c>series_models.py</c> beside this file, for the same weights.</summary>
public sealed class SeriesModelGoldenTests
{
    private const int InputFeatures = 2, OutputFeatures = 3;
    private static readonly Case[] Cases =
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/series_models.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void SummedLoss_SameWeights_HasTheSameOutputsLossAndGradients(string name)
    {
        var golden = Cases.Single(item => item.Name == name);
        var data = new DataDescription { Kind = DataKinds.Series, InputFeatures = InputFeatures, OutputFeatures = OutputFeatures };
        using var model = Assert.IsAssignableFrom<SeriesModel>(ModelCatalog.Create(golden.Kind, golden.Settings.GetRawText(), data));
        model.to(ScalarType.Float64);
        GoldenModel.Fill(model, 0.4, static parameter => parameter.EndsWith("gain", StringComparison.Ordinal) ? 1 : 0);

        using var scope = NewDisposeScope();
        var batch = golden.ToBatch();
        using var input_BTF = tensor(batch.Inputs, [batch.Samples, batch.Places, InputFeatures], ScalarType.Float64);
        var outputs = MemoryMarshal.Cast<byte, double>(model.Outputs(input_BTF, batch.TargetPlaces == 1).contiguous().bytes).ToArray();
        Assert.Equal(golden.Outputs.Length, outputs.Length);
        Assert.All(outputs.Zip(golden.Outputs), pair => Assert.Equal(pair.Second, pair.First, 1e-9));

        var (loss, targets) = model.SummedLoss(batch);
        loss.backward();
        Assert.Equal(golden.Told.Count(told => told), targets);
        Assert.Equal(golden.Loss, loss.item<double>(), 1e-6 * golden.Loss);
        GoldenModel.AssertGradients(golden.Gradients, model, 1e-6, 1e-6);
    }

    private sealed record Case(
        string Name,
        string Kind,
        JsonElement Settings,
        int Samples,
        float[] Inputs,
        float[] Targets,
        bool[] Told,
        double[] Outputs,
        double Loss,
        Dictionary<string, double[]> Gradients)
    {
        public SeriesBatch ToBatch() => new(
            Inputs,
            [.. Targets.Zip(Told, static (target, told) => told ? target : float.NaN)],
            Samples,
            Inputs.Length / Samples / InputFeatures,
            InputFeatures,
            Targets.Length / Samples / OutputFeatures,
            OutputFeatures,
            0);
    }
}
