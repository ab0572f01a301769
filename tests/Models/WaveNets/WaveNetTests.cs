using System.Runtime.InteropServices;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.WaveNets;

public sealed class WaveNetTests
{
    [TorchTheory]
    [MemberData(nameof(SmallWaveNets.Variants), MemberType = typeof(SmallWaveNets))]
    public void Outputs_SampleChanged_EarlierPlacesKeepEveryBit(string variant)
    {
        using var model = SmallWaveNets.New(variant);
        var levels = SmallWaveNets.Levels(model, 40);
        var before = SmallWaveNets.Outputs(model, levels);
        var channels = before.Length / levels.Length;
        foreach (var changed in new[] { 0, 1, 17, 39 })
        {
            var others = levels.ToArray();
            others[changed] = (others[changed] + (model.Data.Levels / 2)) % model.Data.Levels;
            var after = SmallWaveNets.Outputs(model, others);

            var edge = changed * channels;
            Assert.Equal(before[..edge], after[..edge]);
            Assert.NotEqual(before[edge..(edge + channels)], after[edge..(edge + channels)]);
        }
    }

    [TorchFact]
    public void Outputs_FeatureChanged_EarlierPlacesKeepEveryBit()
    {
        using var model = SmallWaveNets.New("conditioned");
        var (levels, features) = (SmallWaveNets.Levels(model, 40), SmallWaveNets.Features(model, 40));
        var before = SmallWaveNets.Outputs(model, levels, features);
        features[(2 * 40) + 17] += 1;
        var after = SmallWaveNets.Outputs(model, levels, features);

        Assert.Equal(before[..(17 * 256)], after[..(17 * 256)]);
        Assert.NotEqual(before[(17 * 256)..(18 * 256)], after[(17 * 256)..(18 * 256)]);
    }

    // The lectures' model: 30 layers in 3 cycles, 3 taps. In float64, because a product of 30 small factors is nothing in float32.
    [TorchTheory]
    [InlineData(30, 10, 3, 1, 6_139)]
    [InlineData(30, 10, 2, 2, 3_071)]
    [InlineData(5, 4, 3, 4, 36)]
    public void Gradient_OfTheLastOutput_ReachesAsFarAsTheReceptiveField(int layers, int cycle, int kernel, int inputKernel, int field)
    {
        manual_seed(2);
        using var model = new WaveNet(
            new WaveNetSettings { Width = 2, SkipWidth = 16, Layers = layers, Cycle = cycle, Kernel = kernel, InputKernel = inputKernel, Output = "logistics", Mixtures = 1 },
            new WaveNetData(256));
        model.to(ScalarType.Float64);
        Assert.Equal(field, model.ReceptiveField);

        using var scope = NewDisposeScope();
        var amplitude_B1T = randn([1, 1, field + 50], ScalarType.Float64).requires_grad_();
        model.OutputsOf(model.Input.call(amplitude_B1T), null, null).select(1, field + 49).sum().backward();

        var gradient = MemoryMarshal.Cast<byte, double>(amplitude_B1T.grad!.bytes).ToArray();
        Assert.All(gradient[..50], slope => Assert.Equal(0, slope));
        Assert.DoesNotContain(0.0, gradient[50..]);
    }

    [TorchTheory]
    [MemberData(nameof(SmallWaveNets.Variants), MemberType = typeof(SmallWaveNets))]
    public void SummedLoss_OfBatch_IsSumOverItsRowsAndLeavesOutWhatHasNoTarget(string variant)
    {
        using var model = SmallWaveNets.New(variant);
        var batch = SmallWaveNets.Batch(model, 3, 40);
        batch.Targets.AsSpan(0, 11).Fill(SequenceBatch.NoTarget);
        var (whole, targets) = Loss(model, batch);
        var rows = Enumerable.Range(0, 3).Sum(row => Loss(model, Row(batch, row)).Loss);

        Assert.Equal(109, targets);
        Assert.Equal(whole, rows, 1e-5 * whole);
        batch.Targets[50] = SequenceBatch.NoTarget;
        Assert.NotEqual(whole, Loss(model, batch).Loss);
    }

    [TorchFact]
    public void SummedLoss_WithDropout_FollowsTheSeed()
    {
        manual_seed(1);
        using var model = new WaveNet(SmallWaveNets.Settings with { Dropout = 0.2 }, SmallWaveNets.Plain);
        var batch = SmallWaveNets.Batch(model, 2, 40);
        var losses = new[] { 5L, 5L, 6L }.Select(seed =>
        {
            manual_seed(seed);
            return Loss(model, batch).Loss;
        }).ToList();

        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
    }

    [TorchFact]
    public void SummedLoss_BatchThatDoesNotFit_IsRefused()
    {
        using var plain = SmallWaveNets.New("separate");
        using var conditioned = SmallWaveNets.New("conditioned");
        var batch = SmallWaveNets.Batch(plain, 1, 10);
        Assert.Contains("classes none", Assert.Throws<ArgumentException>(() => Loss(conditioned, batch)).Message);
        Assert.Contains("5 features", Assert.Throws<ArgumentException>(() => Loss(plain, SmallWaveNets.Batch(conditioned, 1, 10) with { Classes = null })).Message);
        batch.Inputs[3] = 256;
        Assert.Contains("level 256", Assert.Throws<ArgumentException>(() => Loss(plain, batch)).Message);
        batch.Inputs[3] = -1;
        Assert.Contains("level -1", Assert.Throws<ArgumentException>(() => Loss(plain, batch)).Message);
    }

    [TorchFact]
    public void Train_ShortSound_LearnsItByHeart()
    {
        using var model = SmallWaveNets.New("separate");
        var levels = SmallWaveNets.Levels(model, 41);
        var batch = new AudioBatch(levels[..40], levels[1..], 1, 40, null, null, 0, 0);
        using var optimizer = optim.Adam(model.parameters(), 1e-2);
        var losses = new List<double>();
        for (var step = 0; step < 120; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var (loss, targets) = model.SummedLoss(batch);
            (loss / (double)targets).backward();
            optimizer.step();
            losses.Add(loss.item<float>() / targets);
        }

        Assert.Equal(Math.Log(256), losses[0], 0.3);
        Assert.InRange(losses[^1], 0, 0.1);
    }

    [TorchFact]
    public void Create_FromTheCatalogue_KnowsWhatTheDataIs()
    {
        var data = new DataDescription { Kind = DataKinds.Audio, Levels = 256, Classes = ["jackson", "theo"], FeatureChannels = 4 };
        using var model = Assert.IsType<WaveNet>(ModelCatalog.Create("wavenet", """{"width":3,"layers":2,"cycle":2,"block":9}""", data));

        Assert.Equal((3, 9, new WaveNetData(256, 2, 4)), (model.Width, model.Block, model.Data));
        Assert.Empty(model.named_buffers());
    }

    [Fact]
    public void Settings_CycleLongerThanTheStack_IsRefused() =>
        Assert.Contains("layers = 3", Assert.Single(new WaveNetSettings { Layers = 3, Cycle = 4 }.Validate(null!)).ErrorMessage);

    private static AudioBatch Row(AudioBatch batch, int row)
    {
        var range = (row * batch.Places)..((row + 1) * batch.Places);
        var features = batch.FeatureChannels * batch.Places;
        return batch with
        {
            Inputs = batch.Inputs[range],
            Targets = batch.Targets[range],
            Samples = 1,
            Classes = batch.Classes is null ? null : [batch.Classes[row]],
            Features = batch.Features?[(row * features)..((row + 1) * features)],
        };
    }

    private static (double Loss, long Targets) Loss(WaveNet model, AudioBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets) = model.SummedLoss(batch);
        Assert.Empty(loss.shape);
        return (loss.item<float>(), targets);
    }
}
