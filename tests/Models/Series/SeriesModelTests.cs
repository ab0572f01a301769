using System.Runtime.InteropServices;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Series;

public sealed class SeriesModelTests
{
    private static readonly TemporalConvolutionalNetworkSettings Tcn = new() { Width = 12, Levels = 3, Kernel = 3, Block = 64 };
    private static readonly RecurrentSeriesModelSettings Recurrent = new() { Width = 4, Layers = 2, Block = 64 };

    public static TheoryData<string> Kinds => ["tcn", "recurrent-series"];

    [TorchTheory]
    [MemberData(nameof(Kinds))]
    public void Outputs_InputChanged_EarlierPlacesKeepEveryBit(string kind)
    {
        using var model = New(kind);
        var inputs = Numbers(40 * 2);
        var before = Outputs(model, inputs);
        foreach (var changed in new[] { 0, 1, 17, 39 })
        {
            var others = inputs.ToArray();
            others[changed * 2] += 0.5f;
            var after = Outputs(model, others);

            Assert.Equal(before[..changed], after[..changed]);
            Assert.NotEqual(before[changed], after[changed]);
        }
    }

    // In float64, and so wide that ramps do not cut all paths that there are.
    [TorchTheory]
    [InlineData(1, 3, 5)]
    [InlineData(4, 2, 31)]
    [InlineData(3, 6, 71)]
    [InlineData(7, 6, 1_271)]
    public void Gradient_OfTheLastOutput_ReachesAsFarAsTheReceptiveField(int levels, int kernel, int field)
    {
        manual_seed(3);
        using var model = new TemporalConvolutionalNetwork(Tcn with { Width = 24, Levels = levels, Kernel = kernel, Block = field + 30 }, 1, 1);
        model.to(ScalarType.Float64);
        Assert.Equal(field, model.ReceptiveField);
        Assert.Equal(field, 1 + Enumerable.Range(0, levels).Sum(level => 2 * (kernel - 1) * (1 << level)));

        using var scope = NewDisposeScope();
        var input_BTF = randn([1, field + 30, 1], ScalarType.Float64).requires_grad_();
        model.Outputs(input_BTF, onlyLast: true).sum().backward();

        var gradient = MemoryMarshal.Cast<byte, double>(input_BTF.grad!.bytes).ToArray();
        Assert.All(gradient[..30], slope => Assert.Equal(0, slope));
        Assert.DoesNotContain(0.0, gradient[30..]);
    }

    [TorchTheory]
    [MemberData(nameof(Kinds))]
    public void Outputs_OfTheLastPlace_AreTheLastOfAll(string kind)
    {
        using var model = New(kind);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var input_BTF = tensor(Numbers(3 * 20 * 2), [3, 20, 2]);
        var all_BTO = model.Outputs(input_BTF);
        Assert.Equal([3L, 20, 1], all_BTO.shape);
        Assert.Equal(SmallModels.Floats(all_BTO.narrow(1, 19, 1)), SmallModels.Floats(model.Outputs(input_BTF, onlyLast: true)), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [TorchTheory]
    [MemberData(nameof(Kinds))]
    public void SummedLoss_OfBatch_IsTheSumOverItsRowsAndLeavesOutWhatHasNoTarget(string kind)
    {
        using var model = New(kind);
        var batch = Batch(3, 20);
        batch.Targets.AsSpan(0, 7).Fill(float.NaN);
        var (whole, targets) = Loss(model, batch);
        var rows = Enumerable.Range(0, 3).Sum(row => Loss(model, Row(batch, row)).Loss);

        Assert.Equal(53, targets);
        Assert.Equal(whole, rows, 1e-5 * whole);
        batch.Targets[30] = float.NaN;
        Assert.NotEqual(whole, Loss(model, batch).Loss);
        Assert.True(double.IsFinite(whole));
    }

    [TorchFact]
    public void SummedLoss_WithDropout_FollowsTheSeed()
    {
        manual_seed(1);
        using var model = new TemporalConvolutionalNetwork(Tcn with { Dropout = 0.3 }, 2, 1);
        var losses = new[] { 5L, 5L, 6L }.Select(seed =>
        {
            manual_seed(seed);
            return Loss(model, Batch(2, 20)).Loss;
        }).ToList();

        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
    }

    [TorchTheory]
    [MemberData(nameof(Kinds))]
    public void SummedLoss_BatchThatDoesNotFit_IsRefused(string kind)
    {
        using var model = New(kind);
        Assert.Contains("made for 2 and 1", Assert.Throws<ArgumentException>(() => Loss(model, Batch(1, 20) with { OutputFeatures = 2 })).Message);
        Assert.Contains("up to 64", Assert.Throws<ArgumentException>(() => Loss(model, Batch(1, 65))).Message);
        Assert.Contains("targets at 7", Assert.Throws<ArgumentException>(() => Loss(model, Batch(1, 20) with { TargetPlaces = 7 })).Message);
    }

    [Fact]
    public void Settings_ThatMakeNoSense_AreRefused()
    {
        Assert.Contains("present place alone", Assert.Single((Tcn with { Kernel = 1 }).Validate(null!)).ErrorMessage);
        Assert.Contains("cell: lstm", Assert.Single((Recurrent with { ResetBefore = true }).Validate(null!)).ErrorMessage);
    }

    // models.md: y(t) = x(t) + x(t − 3). One unit cannot remember three numbers.
    [TorchTheory]
    [InlineData(4, 1_500, 0, 0.002)]
    [InlineData(1, 300, 0.3, 1)]
    public void Train_ElmanOnASumOverThreePlaces_NeedsFourUnits(int width, int steps, double least, double most)
    {
        manual_seed(1);
        using var model = new RecurrentSeriesModel(new() { Cell = "elman", Width = width, Block = 40 }, 1, 1);
        using var optimizer = optim.Adam(model.parameters(), 1e-2);
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.ParamGroups.Single().LearningRate = 1e-2 * (1 - (0.95 * step / steps));
            optimizer.zero_grad();
            var (loss, targets) = model.SummedLoss(SumOverThreePlaces(16, (ulong)step));
            (loss / (double)targets).backward();
            optimizer.step();
        }

        using var withoutGraph = no_grad();
        var held = SumOverThreePlaces(64, 1_000_000);
        var (sum, count) = Loss(model, held);
        var told = held.Targets.Where(target => !float.IsNaN(target)).Select(target => (double)target).ToList();
        var variance = told.Sum(target => target * target / told.Count) - Math.Pow(told.Average(), 2);
        Assert.InRange(sum / count / variance, least, most);
    }

    private static SeriesBatch SumOverThreePlaces(int samples, ulong seed)
    {
        const int Places = 40, Back = 3;
        var random = new SplitMix64(seed);
        var inputs = Enumerable.Range(0, samples * Places).Select(_ => (random.Next(2_001) / 1_000f) - 1).ToArray();
        var targets = inputs.Select((x, place) => place % Places < Back ? float.NaN : x + inputs[place - Back]).ToArray();
        return new SeriesBatch(inputs, targets, samples, Places, 1, Places, 1, 0);
    }

    private static SeriesModel New(string kind)
    {
        manual_seed(2);
        return kind == "tcn" ? new TemporalConvolutionalNetwork(Tcn, 2, 1) : new RecurrentSeriesModel(Recurrent, 2, 1);
    }

    private static float[] Numbers(int count, ulong seed = 7)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.Next(2_001) / 1_000f) - 1)];
    }

    private static SeriesBatch Batch(int samples, int places) => new(Numbers(samples * places * 2), Numbers(samples * places, 9), samples, places, 2, places, 1, 0);

    private static SeriesBatch Row(SeriesBatch batch, int row) => batch with
    {
        Inputs = batch.Inputs[(row * batch.Places * 2)..((row + 1) * batch.Places * 2)],
        Targets = batch.Targets[(row * batch.Places)..((row + 1) * batch.Places)],
        Samples = 1,
    };

    private static float[] Outputs(SeriesModel model, float[] inputs)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        return SmallModels.Floats(model.Outputs(tensor(inputs, [1, inputs.Length / 2, 2])));
    }

    private static (double Loss, long Targets) Loss(SeriesModel model, SeriesBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets) = model.SummedLoss(batch);
        Assert.Empty(loss.shape);
        return (loss.item<float>(), targets);
    }
}
