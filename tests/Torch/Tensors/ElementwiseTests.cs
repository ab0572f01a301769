using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

/// <summary>Every elementwise operator against System.Math: another implementation.</summary>
public sealed class ElementwiseTests
{
    private static readonly double[] Samples = [-2.5, -1, -0.3, 0.2, 0.7, 1, 3];
    private static readonly double[] Positive = [0.1, 0.5, 1, 2.5, 9];

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Torch, Func<double, double> Math, double[] At)> Operators = new()
    {
        ["abs"] = (x => x.abs(), Math.Abs, Samples),
        ["neg_"] = (x => x.neg_(), x => -x, Samples),
        ["exp_"] = (x => x.exp_(), Math.Exp, Samples),
        ["expm1"] = (x => x.expm1(), x => Math.Exp(x) - 1, Samples),
        ["log"] = (x => x.log(), Math.Log, Positive),
        ["log1p"] = (x => x.log1p(), x => Math.Log(1 + x), Positive),
        ["log2"] = (x => x.log2(), Math.Log2, Positive),
        ["log10"] = (x => x.log10(), Math.Log10, Positive),
        ["sqrt_"] = (x => x.sqrt_(), Math.Sqrt, Positive),
        ["rsqrt"] = (x => x.rsqrt(), x => 1 / Math.Sqrt(x), Positive),
        ["reciprocal"] = (x => x.reciprocal(), x => 1 / x, Positive),
        ["sin"] = (x => x.sin(), Math.Sin, Samples),
        ["cos"] = (x => x.cos(), Math.Cos, Samples),
        ["tan"] = (x => x.tan(), Math.Tan, Samples),
        ["tanh_"] = (x => x.tanh_(), Math.Tanh, Samples),
        ["sigmoid_"] = (x => x.sigmoid_(), x => 1 / (1 + Math.Exp(-x)), Samples),
        ["relu_"] = (x => x.relu_(), x => Math.Max(x, 0), Samples),
        ["silu_"] = (x => x.silu_(), x => x / (1 + Math.Exp(-x)), Samples),
        ["leaky_relu"] = (x => x.leaky_relu(0.1), x => x > 0 ? x : 0.1 * x, Samples),
        ["elu"] = (x => x.elu(), x => x > 0 ? x : Math.Exp(x) - 1, Samples),
        ["log_sigmoid"] = (x => x.log_sigmoid(), x => -Math.Log(1 + Math.Exp(-x)), Samples),
        ["softplus"] = (x => x.softplus(), x => Math.Log(1 + Math.Exp(x)), Samples),
        ["floor"] = (x => x.floor(), Math.Floor, Samples),
        ["ceil"] = (x => x.ceil(), Math.Ceiling, Samples),
        ["trunc"] = (x => x.trunc(), Math.Truncate, Samples),
        ["round"] = (x => x.round(), x => Math.Round(x, MidpointRounding.ToEven), Samples),
        ["sign"] = (x => x.sign(), x => Math.Sign(x), Samples),
        ["pow_"] = (x => x.pow_(3), x => x * x * x, Samples),
        ["clamp_min"] = (x => x.clamp_min(0.5), x => Math.Max(x, 0.5), Samples),
        ["clamp_max"] = (x => x.clamp_max(0.5), x => Math.Min(x, 0.5), Samples),
        ["cumprod of ones"] = (x => x.mul(ones_like(x).cumprod(0)), x => x, Samples),
        ["lerp"] = (x => x.lerp(zeros_like(x), full_like(x, 0.25)), x => 0.75 * x, Samples),
        ["lerp_"] = (x => x.lerp_(zeros_like(x), full_like(x, 0.25)), x => 0.75 * x, Samples),
        ["addcmul"] = (x => x.addcmul(x, x, 2), x => x + 2 * x * x, Samples),
        ["addcmul_"] = (x => x.addcmul_(x.clone(), x.clone(), 2), x => x + 2 * x * x, Samples),
        ["addcdiv"] = (x => x.addcdiv(x, x, 3), x => x + 3, Samples),
        ["addcdiv_"] = (x => x.addcdiv_(x.clone(), x.clone(), 3), x => x + 3, Samples),
        ["floor_divide"] = (x => x.floor_divide(2), x => Math.Floor(x / 2), Samples),
        ["masked_fill_"] = (x => x.masked_fill_(x.lt(0), 9), x => x < 0 ? 9 : x, Samples),
        ["erf is odd"] = (x => x.erf().add(x.neg().erf()), _ => 0, Samples),
        ["zero_"] = (x => x.zero_(), _ => 0, Samples),
    };

    public static TheoryData<string> Names => [.. Operators.Keys];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void Operator_OnSamples_IsMaths(string name)
    {
        using var scope = NewDisposeScope();
        var (operation, expected, at) = Operators[name];
        var result = operation(tensor(at)).data<double>().ToArray();
        for (var i = 0; i < at.Length; i++)
            Assert.Equal(expected(at[i]), result[i], 9);
    }

    [TorchFact]
    public void Comparisons_AndLogic_GiveBooleans()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 });
        var two = tensor(2f);
        Truth([false, true, true], x.ge(two), x.ge(2), x >= 2);
        Truth([false, false, true], x.gt(two), x.gt(2), x > 2);
        Truth([true, true, false], x.le(two), x.le(2), x <= 2);
        Truth([true, false, false], x.lt(two), x.lt(2), x < 2);
        Truth([true, false, true], x.ne(two), x.not_equal(two), x != 2);
        Truth([false, true, false], x.eq(two), x.equal(two), x == 2, x.isclose(two));
        Truth([true, false, true], (x < 2).logical_or(x > 2), (x < 2) | (x > 2), (x == 2).logical_not(), ~(x == 2), (x < 2) ^ (x > 2));
        Truth([false, true, false], (x > 1).logical_and(x < 3), (x > 1) & (x < 3));
        var odd = tensor(new[] { 0f, float.NaN, float.PositiveInfinity });
        Truth([false, true, false], odd.isnan(), isnan(odd));
        Truth([false, false, true], odd.isinf());
        Truth([true, false, false], odd.isfinite(), isfinite(odd));
    }

    [TorchFact]
    public void Products_OfVectorsAndMatrices_Agree()
    {
        using var scope = NewDisposeScope();
        var a = arange(6, float64).view(2, 3);
        var b = arange(12, float64).view(3, 4);
        var expected = a.matmul(b);
        Assert.True(expected.Equals(a.mm(b)));
        Assert.True(expected.Equals(zeros(2, 4, float64).addmm(a, b)));
        Assert.True(expected.Equals(a.unsqueeze(0).bmm(b.unsqueeze(0))[0]));
        Assert.True(expected.select(1, 0).Equals(a.mv(b.select(1, 0))));
        Assert.Equal(5, a[0].dot(a[0]).ToDouble());
        Assert.Equal([3, 4], a[0].outer(b[0]).shape);
    }

    private static void Truth(bool[] expected, params Tensor[] actual) =>
        Assert.All(actual, tensor => Assert.Equal(expected, tensor.data<bool>().ToArray()));
}
