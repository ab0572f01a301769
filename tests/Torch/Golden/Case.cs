using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>
/// One differentiable computation with fixed inputs. The Golden tests compare it with the stored values of its twin in
/// <c>golden.py</c>, the Gradients tests with finite differences.
/// </summary>
public sealed class Case
{
    private const long FirstParameterSalt = 10;

    private readonly long[][] shapes;
    private readonly Func<ScalarType, (Func<Tensor[], Tensor> Function, IEnumerable<Parameter> Parameters)> open;

    private Case(
        string name,
        long[][] shapes,
        Func<ScalarType, (Func<Tensor[], Tensor> Function, IEnumerable<Parameter> Parameters)> open)
    {
        Name = name;
        this.shapes = shapes;
        this.open = open;
    }

    public string Name { get; }

    /// <summary>A function of tensors of <paramref name="shapes"/>.</summary>
    public static Case Operator(string name, long[][] shapes, Func<Tensor[], Tensor> function) =>
        new(name, shapes, _ => (function, []));

    /// <summary>A module, applied to tensors of <paramref name="shapes"/>; its parameters are leaves too.</summary>
    public static Case Layer<TModule>(
        string name, long[][] shapes, Func<TModule> build, Func<TModule, Tensor[], Tensor> function)
        where TModule : nn.Module =>
        new(name, shapes, type =>
        {
            var module = build().to(type);
            return (inputs => function(module, inputs), module.parameters());
        });

    /// <summary>Fills inputs and parameters. Call inside a dispose scope.</summary>
    /// <returns>The leaves (inputs, then parameters, all requiring gradients) and the computation over them.</returns>
    internal (IReadOnlyList<Tensor> Leaves, Func<Tensor> Evaluate) Prepare(ScalarType type)
    {
        var (function, parameters) = open(type);
        var leaves = parameters.ToArray<Tensor>();
        using (no_grad())
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                using var values = Fill.Values(leaves[i].shape, FirstParameterSalt + i, type);
                leaves[i].copy_(values);
            }
        }

        var inputs = shapes.Select((shape, i) => Fill.Values(shape, i + 1, type).requires_grad_()).ToArray();
        return ([.. inputs, .. leaves], () => function(inputs));
    }

    public override string ToString() => Name;
}
