using System.Runtime.InteropServices;
using SeqCluster.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Layers;

/// <summary>Gradients of every layer written here against central differences in float64.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-5;
    private const double Tolerance = 1e-7;

    [TorchTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void MultiHeadAttention_Gradients_AreTheDifferences(bool isCausal)
    {
        manual_seed(1);
        using var layer = new MultiHeadAttention(4, 2, true, 0).to(ScalarType.Float64);
        Check(layer, x => layer.Attend(x, x, isCausal ? AttentionMask.Causal(3, 0, x) : null));
    }

    [TorchFact]
    public void MultiHeadAttention_OverOtherSource_GradientsAreTheDifferences()
    {
        manual_seed(1);
        using var layer = new MultiHeadAttention(4, 2, false, 0).to(ScalarType.Float64);
        using var source = randn([2, 5, 4], ScalarType.Float64);
        Check(layer, x => layer.Attend(x, source, null));
        Check(layer, x => layer.Attend(source, x, null));
    }

    [TorchTheory]
    [InlineData("gelu")]
    [InlineData("relu")]
    public void FeedForward_Gradients_AreTheDifferences(string activation)
    {
        manual_seed(2);
        using var layer = new FeedForward(4, 6, activation, true).to(ScalarType.Float64);
        Check(layer, layer.call);
    }

    [TorchTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Residual_Gradients_AreTheDifferences(bool isPreNorm)
    {
        manual_seed(3);
        using var layer = new Residual(4, isPreNorm, true, 0).to(ScalarType.Float64);
        Check(layer, x => layer.Around(x, y => y.tanh()));
    }

    [TorchFact]
    public void Positions_Gradients_AreTheDifferences()
    {
        manual_seed(4);
        using var learned = new LearnedPositions(7, 4).to(ScalarType.Float64);
        using var waves = new SinusoidalPositions(7, 4);
        Check(learned, x => learned.AddTo(x, 2).tanh());
        Check(waves, x => waves.AddTo(x, 2).tanh());
    }

    [TorchFact]
    public void SelfAttentionBlock_Gradients_AreTheDifferences()
    {
        manual_seed(5);
        using var layer = new SelfAttentionBlock(
            new MultiHeadAttention(4, 2, false, 0), new FeedForward(4, 5, "gelu", false), () => new Residual(4, true, false, 0)).to(ScalarType.Float64);
        Check(layer, x => layer.Apply(x, AttentionMask.Causal(3, 0, x), null));
    }

    // The function whose gradient is checked is the sum of the layer's outputs, each times a fixed random number.
    private static void Check(nn.Module layer, Func<Tensor, Tensor> apply)
    {
        using var input = randn([2, 3, 4], ScalarType.Float64).requires_grad_();
        using var factors = Factors(apply, input);
        layer.zero_grad();
        using (NewDisposeScope())
        {
            (apply(input) * factors).sum().backward();
        }

        foreach (var (name, tensor) in layer.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)).Append(("input", input)))
        {
            using var gradient = tensor.grad!;
            var expected = MemoryMarshal.Cast<byte, double>(gradient.bytes).ToArray();
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = (At(tensor, i, Step) - At(tensor, i, -Step)) / (2 * Step);
                Assert.True(Math.Abs(expected[i] - difference) <= Tolerance * (1 + Math.Abs(difference)), $"{name}[{i}]: {expected[i]}, by differences {difference}");
            }
        }

        double At(Tensor tensor, int index, double change)
        {
            using var scope = NewDisposeScope();
            using var withoutGraph = no_grad();
            var values = MemoryMarshal.Cast<byte, double>(tensor.bytes);
            var kept = values[index];
            values[index] = kept + change;
            var result = (apply(input) * factors).sum().item<double>();
            values[index] = kept;
            return result;
        }
    }

    private static Tensor Factors(Func<Tensor, Tensor> apply, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        return randn(apply(input).shape, ScalarType.Float64).DetachFromDisposeScope();
    }
}
