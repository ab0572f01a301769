using SeqCluster.Data.Reading;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

public sealed class TransformerLanguageModelTests
{
    [TorchTheory]
    [MemberData(nameof(SmallModels.Variants), MemberType = typeof(SmallModels))]
    public void Logits_TokenChanged_EarlierPlacesKeepEveryBit(string norm, string positions)
    {
        using var model = SmallModels.New(SmallModels.Settings with { Norm = norm, Positions = positions, Bias = true });
        var tokens = SmallModels.Tokens(12);
        var before = SmallModels.Logits(model, tokens);
        for (var changed = 0; changed < tokens.Length; changed++)
        {
            var others = tokens.ToArray();
            others[changed] = (others[changed] + 1) % SmallModels.Vocabulary;
            var after = SmallModels.Logits(model, others);

            var edge = changed * SmallModels.Vocabulary;
            Assert.Equal(before[..edge], after[..edge]);
            Assert.NotEqual(before[edge..(edge + SmallModels.Vocabulary)], after[edge..(edge + SmallModels.Vocabulary)]);
            Assert.NotEqual(before[^SmallModels.Vocabulary..], after[^SmallModels.Vocabulary..]);
        }
    }

    [TorchTheory]
    [InlineData(true, true, "pre", "learned")]
    [InlineData(false, false, "post", "sinusoidal")]
    [InlineData(true, false, "post", "learned")]
    public void OrderedParameters_Counted_AreTheFormulas(bool bias, bool tie, string norm, string positions)
    {
        var settings = SmallModels.Settings with { Bias = bias, TieWeights = tie, Norm = norm, Positions = positions, FeedForward = 24 };
        using var model = SmallModels.New(settings);

        Assert.Equal(Count(settings, SmallModels.Vocabulary), model.OrderedParameters().Sum(entry => entry.Parameter.numel()));
        Assert.Equal(model.OrderedParameters().Select(entry => entry.Name).Order(StringComparer.Ordinal), model.OrderedParameters().Select(entry => entry.Name));
        Assert.Empty(model.named_buffers());
    }

    [Fact]
    public void Formula_OfGpt2_IsItsPublishedCount()
    {
        var gpt2 = new TransformerLanguageModelSettings { Width = 768, Layers = 12, Heads = 12, Block = 1024, Bias = true };
        Assert.Equal(124_439_808, Count(gpt2, 50_257));
        Assert.Equal(804_096, Count(new TransformerLanguageModelSettings(), 65));
    }

    [TorchFact]
    public void SummedLoss_OfBatch_IsSumOverItsRows()
    {
        using var model = SmallModels.New(SmallModels.Settings with { LabelSmoothing = 0.1 });
        var batch = SmallModels.Batch(5, 12);
        var (whole, targets) = Loss(model, batch);
        var rows = Enumerable.Range(0, 5).Sum(row => Loss(model, Row(batch, row)).Loss);

        Assert.Equal(60, targets);
        Assert.Equal(whole, rows, 1e-5 * whole);
    }

    [TorchFact]
    public void SummedLoss_TargetsLeftOut_CountNothing()
    {
        using var model = SmallModels.New(SmallModels.Settings with { LabelSmoothing = 0.1 });
        var batch = SmallModels.Batch(2, 12);
        batch.Targets.AsSpan(12).Fill(TrainableModel.NoTarget);
        var (loss, targets) = Loss(model, batch);

        Assert.Equal(12, targets);
        Assert.Equal(Loss(model, Row(batch, 0)).Loss, loss, 1e-5 * loss);
    }

    [TorchFact]
    public void SummedLoss_NoSmoothing_IsNegativeLogLikelihood()
    {
        using var model = SmallModels.New(SmallModels.Settings);
        using var smoothed = SmallModels.New(SmallModels.Settings with { LabelSmoothing = 0.2 });
        var batch = SmallModels.Batch(1, 12);
        var expected = NegativeLogLikelihood(model, batch);

        Assert.Equal(expected, Loss(model, batch).Loss, 1e-4);
        Assert.NotEqual(expected, Loss(smoothed, batch).Loss, 1e-4);
        smoothed.eval();
        Assert.Equal(expected, Loss(smoothed, batch).Loss, 1e-4);
    }

    [TorchFact]
    public void SummedLoss_WithDropout_FollowsTheSeed()
    {
        using var model = SmallModels.New(SmallModels.Settings with { Dropout = 0.2 });
        var batch = SmallModels.Batch(3, 12);
        var gradients = new[] { 5L, 5L, 6L }.Select(seed => Gradients(model, batch, seed)).ToList();

        Assert.Equal(gradients[0], gradients[1]);
        Assert.NotEqual(gradients[0], gradients[2]);
        model.eval();
        Assert.Equal(Gradients(model, batch, 5), Gradients(model, batch, 6));
    }

    [TorchFact]
    public void New_SameSeed_SameWeightsOfTheExpectedSpread()
    {
        var settings = SmallModels.Settings with { Width = 64, Layers = 2, Bias = true };
        using var model = SmallModels.New(settings, 3);
        using var same = SmallModels.New(settings, 3);
        using var other = SmallModels.New(settings, 4);
        foreach (var ((name, parameter), (_, twin), (_, stranger)) in model.OrderedParameters().Zip(same.OrderedParameters(), other.OrderedParameters()))
        {
            var values = SmallModels.Floats(parameter);
            Assert.Equal(values, SmallModels.Floats(twin));
            if (parameter.dim() == 1)
            {
                Assert.All(values, value => Assert.Equal(name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0, value));
                continue;
            }

            Assert.NotEqual(values, SmallModels.Floats(stranger));
            var expected = name.EndsWith(".output.weight", StringComparison.Ordinal) ? 0.01 : 0.02;
            Assert.Equal(expected, Math.Sqrt(values.Average(value => (double)value * value)), expected / 8);
        }
    }

    [TorchFact]
    public void SummedLoss_BatchThatDoesNotFit_IsRefused()
    {
        using var model = SmallModels.New(SmallModels.Settings);
        Assert.Contains("13 places", Assert.Throws<ArgumentException>(() => Loss(model, SmallModels.Batch(1, 13))).Message);
        var unknown = SmallModels.Batch(1, 12);
        unknown.Inputs[3] = SmallModels.Vocabulary;
        Assert.Contains("token 13", Assert.Throws<ArgumentException>(() => Loss(model, unknown)).Message);
        unknown.Inputs[3] = TrainableModel.NoTarget;
        Assert.Contains("token -100", Assert.Throws<ArgumentException>(() => Loss(model, unknown)).Message);
    }

    private static long Count(TransformerLanguageModelSettings settings, int vocabulary)
    {
        var (width, hidden) = (settings.Width, settings.FeedForward > 0 ? settings.FeedForward : 4L * settings.Width);
        var bias = settings.Bias ? 1 : 0;
        var norm = width * (1 + bias);
        var block = (4L * width * (width + bias)) + (hidden * (width + bias)) + (width * (hidden + bias)) + (2 * norm);
        var embedding = (long)vocabulary * width * (settings.TieWeights ? 1 : 2);
        var places = settings.Positions == "learned" ? settings.Block * width : 0;
        return embedding + places + (settings.Layers * block) + (settings.Norm == "pre" ? norm : 0);
    }

    private static TextBatch Row(TextBatch batch, int row)
    {
        var range = (row * batch.Block)..((row + 1) * batch.Block);
        return new TextBatch(batch.Inputs[range], batch.Targets[range], 1, batch.Block, 0);
    }

    private static (double Loss, long Targets) Loss(TrainableModel model, TextBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets) = model.SummedLoss(batch);
        Assert.Empty(loss.shape);
        return (loss.item<float>(), targets);
    }

    private static double NegativeLogLikelihood(TransformerLanguageModel model, TextBatch batch)
    {
        var logits = SmallModels.Logits(model, batch.Inputs);
        return batch.Targets.Select((target, place) =>
        {
            var scores = logits.AsSpan(place * SmallModels.Vocabulary, SmallModels.Vocabulary).ToArray();
            return Math.Log(scores.Sum(score => Math.Exp(score))) - scores[target];
        }).Sum();
    }

    private static float[] Gradients(TrainableModel model, TextBatch batch, long seed)
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        manual_seed(seed);
        model.SummedLoss(batch).Loss.backward();
        return [.. model.OrderedParameters().SelectMany(entry => SmallModels.Floats(entry.Parameter.grad!))];
    }
}
