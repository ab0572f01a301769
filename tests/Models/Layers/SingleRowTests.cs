using SeqCluster.Models.Layers;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Layers;

/// <summary>The product for one row against LibTorch's for many, at lengths around the stride.</summary>
public sealed class SingleRowTests
{
    [TorchTheory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(31, 3)]
    [InlineData(32, 9)]
    [InlineData(65, 40)]
    [InlineData(512, 33)]
    public void Apply_OneRow_EqualsTheLayersOwn(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(inputs);
        var wide = randn(1, inputs, 3);
        var x_11I = wide.transpose(1, 2).narrow(1, 1, 1); // not contiguous, as a view may be
        foreach (var hasBias in new[] { true, false })
        {
            var layer = nn.Linear(inputs, outputs, hasBias);
            var expected = SmallModels.Floats(layer.call(x_11I));
            using var withoutGraph = no_grad();
            var actual = layer.Apply(x_11I);
            Assert.Equal([1, 1, outputs], actual.shape);
            AssertClose(expected, SmallModels.Floats(actual));
        }
    }

    [TorchFact]
    public void Apply_WeightThatIsAView_IsReadAsItStands()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var (weight, x) = (randn(40, 6).transpose(0, 1), randn(1, 40));
        AssertClose(SmallModels.Floats(nn.functional.linear(x, weight)), SmallModels.Floats(SingleRow.Apply(weight, x)));
    }

    [TorchFact]
    public void Apply_WithGradients_KeepsTheGraph()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(4, 2);
        layer.Apply(ones(1, 4)).sum().backward();
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], SmallModels.Floats(layer.weight!.grad!));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }
}
