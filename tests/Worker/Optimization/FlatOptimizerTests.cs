using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Optimization;
using TorchSharp;

namespace SeqCluster.Worker.Tests.Optimization;

public sealed class FlatOptimizerTests
{
    private const int Length = 1003; // not a multiple of any vector width

    [Theory]
    [InlineData("adamw")]
    [InlineData("adam")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop centered")]
    [InlineData("rmsprop momentum")]
    [InlineData("rmsprop centered momentum")]
    [InlineData("sgd")]
    public void Update_AnyCut_GivesTheSameBits(string kind)
    {
        var whole = Train(kind, [Length]);
        Assert.Equal(whole, Train(kind, [1, 7, 8, 500, 487]));
        Assert.Equal(whole, Train(kind, [1000, 3]));
        Assert.Equal(whole, Train(kind, [.. Enumerable.Repeat(1, Length)]));
    }

    [TorchTheory]
    [InlineData("adamw")]
    [InlineData("adam")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop centered")]
    [InlineData("rmsprop momentum")]
    [InlineData("rmsprop centered momentum")]
    [InlineData("sgd")]
    public void Update_TwentySteps_AgreesWithTorch(string kind)
    {
        var spec = Spec(kind);
        using var scope = torch.NewDisposeScope();
        var weights = torch.nn.Parameter(torch.tensor(Values(0)));
        torch.optim.Optimizer reference = kind switch
        {
            "adamw" => torch.optim.AdamW([weights], spec.LearningRate, spec.Beta1, spec.Beta2, spec.Epsilon, spec.WeightDecay),
            "adam" => torch.optim.Adam([weights], spec.LearningRate, spec.Beta1, spec.Beta2, spec.Epsilon, spec.WeightDecay),
            "sgd" => torch.optim.SGD([weights], spec.LearningRate, spec.Beta1, 0, spec.WeightDecay),
            _ => torch.optim.RMSProp([weights], spec.LearningRate, spec.Alpha, spec.Epsilon, spec.WeightDecay, spec.Momentum, spec.Centered),
        };
        for (var step = 1; step <= 20; step++)
        {
            // The same scale as ours: a sum over 4 targets, clipped by a half.
            weights.grad = torch.tensor(Values(step)) / 4 * 0.5f;
            reference.step();
        }

        var ours = Train(kind, [Length]);
        var theirs = weights.detach().data<float>().ToArray();
        for (var i = 0; i < Length; i++)
        {
            Assert.True(Math.Abs(ours[i] - theirs[i]) <= 1e-5f * Math.Max(1, Math.Abs(theirs[i])), $"element {i}: {ours[i]} and {theirs[i]}");
        }
    }

    [Fact]
    public void Update_WithoutDecay_LeavesDecayOut()
    {
        var optimizer = FlatOptimizer.Create(Spec("adamw"), 1);
        float[] weights = [2];
        optimizer.Update(weights, [0f], 0, new GradientScale(1, 1), 0.1, 1, decays: false);
        Assert.Equal(2, weights[0]);
        optimizer.Update(weights, [0f], 0, new GradientScale(1, 1), 0.1, 2, decays: true);
        Assert.True(weights[0] < 2);
    }

    [Fact]
    public void Create_UnknownKind_IsRefused() => Assert.Throws<ArgumentException>(() => FlatOptimizer.Create(Spec("lion"), 1));

    [Theory]
    [InlineData(0.0, 1f)]
    [InlineData(10.0, 1f)]
    [InlineData(1.25, 0.5f)]
    public void Scale_Norm_IsTakenAfterTheDivision(double clip, float coefficient)
    {
        // The sum (6, 8) over 4 targets is the gradient (1.5, 2) of norm 2.5.
        var scale = GradientScale.Of(4, 100, new GradientClip(clip, 0), out var norm);
        Assert.Equal(2.5, norm);
        Assert.Equal(4, scale.Divisor);
        Assert.Equal(coefficient, scale.Coefficient, 5);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("rmsprop")]
    [InlineData("sgd")]
    public void Update_ValueBeyondTheLimit_IsTheLimitAndNoOther(string kind)
    {
        // Sums over 2 targets: 9 of them in a vector and in the tail, gradients 3, −3 and 0.25 against the limit 0.5.
        float[] sums = [6, -6, 0.5f, 6, -6, 0.5f, 6, -6, 0.5f], limited = [1, -1, 0.5f, 1, -1, 0.5f, 1, -1, 0.5f];
        Assert.Equal(After(limited, value: 0), After(sums, value: 0.5));
        Assert.NotEqual(After(sums, value: 0), After(sums, value: 0.5));

        float[] After(float[] sum, double value)
        {
            var optimizer = FlatOptimizer.Create(Spec(kind), sum.Length);
            var weights = new float[sum.Length];
            for (var step = 1; step <= 3; step++)
            {
                // Another gradient first: Adam and RMSprop would not show a scaled one.
                optimizer.Update(weights, step == 1 ? [1, 1, 1, 1, 1, 1, 1, 1, 1] : sum, 0, GradientScale.Of(2, 100, new GradientClip(0, value), out _), 0.1, step, decays: false);
            }

            return weights;
        }
    }

    [Fact]
    public void State_OfRmsprop_IsWhatItsRuleHas()
    {
        Assert.Equal(["square_avg"], FlatOptimizer.Create(Spec("rmsprop"), 1).State.Select(state => state.Name));
        Assert.Equal(["square_avg", "grad_avg", "momentum_buffer"], FlatOptimizer.Create(Spec("rmsprop centered momentum"), 1).State.Select(state => state.Name));
    }

    [Fact]
    public void Update_CenteredWithAConstantGradient_StaysANumber()
    {
        // The mean of squares then nears the square of the mean, from below as well.
        var optimizer = FlatOptimizer.Create(Spec("rmsprop centered"), Length);
        var weights = new float[Length];
        for (var step = 1; step <= 2000; step++)
        {
            optimizer.Update(weights, Values(1), 0, new GradientScale(1, 1), 1e-9, step, decays: false);
        }

        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void Scale_OfNoTargets_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => GradientScale.Of(0, 1, new GradientClip(1, 0), out _));

    private static float[] Train(string kind, int[] cuts)
    {
        var optimizer = FlatOptimizer.Create(Spec(kind), Length);
        var weights = Values(0);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = Values(step);
            var start = 0;
            foreach (var cut in cuts)
            {
                optimizer.Update(weights.AsSpan(start, cut), gradient.AsSpan(start, cut), start, new GradientScale(4, 0.5f), 1e-2, step, decays: true);
                start += cut;
            }
        }

        return weights;
    }

    // A kind, and for rmsprop what it has besides.
    private static OptimizerSpec Spec(string kind) => new()
    {
        Kind = kind.Split(' ')[0],
        LearningRate = 1e-2,
        Beta1 = 0.9,
        Beta2 = 0.99,
        Epsilon = 1e-8,
        WeightDecay = 0.1,
        Alpha = 0.95,
        Momentum = kind.Contains("momentum", StringComparison.Ordinal) ? 0.5 : 0,
        Centered = kind.Contains("centered", StringComparison.Ordinal),
    };

    private static float[] Values(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Length).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }
}
