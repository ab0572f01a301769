using System.Runtime.InteropServices;
using SeqCluster.Models.Layers;
using SeqCluster.Models.Layers.Alignment;
using SeqCluster.Models.Layers.Recurrence;
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
        using var beside = new ConcatenatedPositions(7, 8);
        Check(learned, x => learned.Mark(x, 2).tanh());
        Check(waves, x => waves.Mark(x, 2).tanh());
        Check(beside, x => beside.Mark(x, 2).tanh());
    }

    [TorchFact]
    public void SelfAttentionLayer_Gradients_AreTheDifferences()
    {
        manual_seed(5);
        using var layer = new SelfAttentionLayer(
            new MultiHeadAttention(4, 2, false, 0), new FeedForward(4, 5, "gelu", false), () => new Residual(4, true, false, 0)).to(ScalarType.Float64);
        Check(layer, x => layer.Apply(x, AttentionMask.Causal(3, 0, x), null));
    }

    [TorchFact]
    public void CrossAttentionLayer_Gradients_AreTheDifferences()
    {
        manual_seed(6);
        using var layer = new CrossAttentionLayer(
            new MultiHeadAttention(4, 2, true, 0), new MultiHeadAttention(4, 2, true, 0), new FeedForward(4, 5, "gelu", true), () => new Residual(4, false, true, 0)).to(ScalarType.Float64);
        using var other = randn([2, 3, 4], ScalarType.Float64);
        var mask = AttentionMask.Padding([3, 2], 3, other);
        Check(layer, x => layer.Apply(x, AttentionMask.Causal(3, 0, x), layer.Remember(other), mask, null));
        Check(layer, x => layer.Apply(other, null, layer.Remember(x), mask, null));
    }

    [TorchTheory]
    [InlineData(CellKinds.Elman, false)]
    [InlineData(CellKinds.Mgu, false)]
    [InlineData(CellKinds.Gru, false)]
    [InlineData(CellKinds.Gru, true)]
    [InlineData(CellKinds.Lstm, false)]
    [InlineData(CellKinds.PeepholeLstm, false)]
    [InlineData(CellKinds.CoupledLstm, false)]
    public void RecurrentEncoder_OfEachCell_GradientsAreTheDifferences(string kind, bool resetBefore)
    {
        manual_seed(7);
        using var layer = new RecurrentEncoder((input, width) => CellKinds.New(kind, resetBefore, input, width), 4, 4, 2, true, 0).to(ScalarType.Float64);
        Check(layer, x =>
        {
            var (memory, summary) = layer.Read(x, [2, 3]);
            return cat([memory.reshape(-1), summary.reshape(-1)]);
        });
    }

    [TorchTheory]
    [InlineData(AlignmentKinds.Additive)]
    [InlineData(AlignmentKinds.Content)]
    [InlineData(AlignmentKinds.Dot)]
    [InlineData(AlignmentKinds.General)]
    [InlineData(AlignmentKinds.Location)]
    [InlineData(AlignmentKinds.ScaledDot)]
    public void AlignmentScore_OfEachKind_GradientsAreTheDifferences(string kind)
    {
        manual_seed(8);
        using var score = AlignmentKinds.New(kind, 4, 5)!.to(ScalarType.Float64);
        using var other = randn([2, 3, 4], ScalarType.Float64);
        Check(score, x => score.Score(x, score.Keys(other)));
        if (kind != AlignmentKinds.Location)
        {
            Check(score, x => score.Score(other, score.Keys(x)));
        }
    }

    [TorchTheory]
    [InlineData(3)]
    [InlineData(5)]
    public void TemporalBlock_Gradients_AreTheDifferences(int width)
    {
        manual_seed(9);
        using var layer = new TemporalBlock(3, width, 2, 2, 0).to(ScalarType.Float64);
        Check(layer, layer.call);
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
