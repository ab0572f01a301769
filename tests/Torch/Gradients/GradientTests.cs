using System.Runtime.InteropServices;
using SeqCluster.Torch.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Gradients;

/// <summary>
/// Central differences in float64 over every leaf of every Golden case: backward is the derivative of forward, whatever any
/// other implementation says.
/// </summary>
public sealed class GradientTests
{
    private const long OutputSalt = 99;
    private const double Step = 1e-6;

    /// <summary>Truncation is O(Step²), rounding about 1e-16 / Step; ten times the sum of the two.</summary>
    private const double Tolerance = 1e-8;

    // Its padding row takes part in forward and has gradient zero by definition.
    private const string NotADerivative = "Embedding padding_idx";

    private static readonly IReadOnlyDictionary<string, Case> Cases = OperatorCases.All
        .Concat(LossCases.All).Concat(LayerCases.All)
        .Where(golden => golden.Name != NotADerivative).ToDictionary(golden => golden.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void Backward_EveryLeaf_EqualsFiniteDifferences(string name)
    {
        using var scope = NewDisposeScope();
        var (leaves, evaluate) = Cases[name].Prepare(ScalarType.Float64);
        Objective(evaluate).backward();
        for (var i = 0; i < leaves.Count; i++)
        {
            var gradient = Close.Values(leaves[i].grad ?? zeros_like(leaves[i]));
            Close.Assert($"{name}, leaf {i}", Differences(leaves[i], evaluate), gradient, Tolerance);
        }
    }

    private static double[] Differences(Tensor leaf, Func<Tensor> evaluate)
    {
        using var noGradients = no_grad();
        var differences = new double[leaf.numel()];
        for (var i = 0; i < differences.Length; i++)
        {
            var (above, below) = (Shifted(leaf, i, Step, evaluate), Shifted(leaf, i, -Step, evaluate));
            differences[i] = (above - below) / (2 * Step);
        }

        return differences;
    }

    /// <summary>The objective with one element moved; the element is put back bit for bit.</summary>
    private static double Shifted(Tensor leaf, int element, double shift, Func<Tensor> evaluate)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, double>(leaf.bytes);
        var kept = values[element];
        values[element] = kept + shift;
        var objective = Objective(evaluate).item<double>();
        MemoryMarshal.Cast<byte, double>(leaf.bytes)[element] = kept;
        return objective;
    }

    /// <summary>A weighted sum of the output, so that no gradient is trivially equal for all of its elements.</summary>
    private static Tensor Objective(Func<Tensor> evaluate)
    {
        var output = evaluate();
        return (output * Fill.Values(output.shape, OutputSalt, ScalarType.Float64)).sum();
    }
}
