using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Forward and backward against values that python3-torch 1.13.1 gave for the same inputs and weights.</summary>
public sealed class GoldenTests
{
    private const long OutputSalt = 99;
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Operators => [.. OperatorCases.All.Select(golden => golden.Name)];

    public static TheoryData<string> Losses => [.. LossCases.All.Select(golden => golden.Name)];

    public static TheoryData<string> Layers => [.. LayerCases.All.Select(golden => golden.Name)];

    [TorchTheory]
    [MemberData(nameof(Operators))]
    public void Operator_FixedInputs_EqualsPython(string name) => Check(OperatorCases.All, Expected.Operators, name);

    [TorchTheory]
    [MemberData(nameof(Losses))]
    public void Loss_FixedInputs_EqualsPython(string name) => Check(LossCases.All, Expected.Losses, name);

    [TorchTheory]
    [MemberData(nameof(Layers))]
    public void Layer_FixedWeights_EqualsPython(string name) => Check(LayerCases.All, Expected.Layers, name);

    [Fact]
    public void Cases_HereAndInPython_AreTheSame()
    {
        Assert.Equal(Expected.Operators.Keys.Order(), OperatorCases.All.Select(golden => golden.Name).Order());
        Assert.Equal(Expected.Losses.Keys.Order(), LossCases.All.Select(golden => golden.Name).Order());
        Assert.Equal(Expected.Layers.Keys.Order(), LayerCases.All.Select(golden => golden.Name).Order());
    }

    private static void Check(
        IReadOnlyList<Case> cases, IReadOnlyDictionary<string, Expected.Differentiated> stored, string name)
    {
        using var scope = NewDisposeScope();
        var expected = stored[name];
        var (leaves, evaluate) = cases.Single(golden => golden.Name == name).Prepare(ScalarType.Float32);
        var output = evaluate();
        (output * Fill.Values(output.shape, OutputSalt, ScalarType.Float32)).sum().backward();

        Assert.Equal(expected.Shape, output.shape);
        Close.Assert("output", expected.Output, Close.Values(output), Tolerance);
        Assert.Equal(expected.Gradients.Length, leaves.Count);
        for (var i = 0; i < leaves.Count; i++)
        {
            var gradient = leaves[i].grad ?? zeros_like(leaves[i]);
            Close.Assert($"gradient {i}", expected.Gradients[i], Close.Values(gradient), Tolerance);
        }
    }
}
