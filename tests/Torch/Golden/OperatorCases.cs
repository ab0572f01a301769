using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Operators and functionals, in the order of <c>OPERATORS</c> in <c>golden.py</c>.</summary>
internal static class OperatorCases
{
    public static readonly IReadOnlyList<Case> All =
    [
        .. Arithmetic(), .. Products(), .. Activations(), .. Reductions(), .. Indexing(), .. Shapes(), .. Functionals(),
    ];

    private static Case Of(string name, long[][] shapes, Func<Tensor[], Tensor> function) => Case.Operator(name, shapes, function);

    private static Case[] Arithmetic() =>
    [
        Of("add broadcast", [[2, 3, 4], [4]], x => x[0] + x[1]),
        Of("sub", [[3, 4], [3, 4]], x => x[0] - x[1]),
        Of("mul broadcast", [[2, 3, 4], [3, 1]], x => x[0] * x[1]),
        Of("div", [[3, 4], [3, 4]], x => x[0] / (x[1].abs() + 0.5)),
        Of("scalar arithmetic", [[3, 4]], x => 2 - ((x[0] * 3 + 1) / 4)),
        Of("neg", [[3, 4]], x => -x[0]),
        Of("pow", [[3, 4]], x => x[0].pow(3)),
        Of("sqrt", [[3, 4]], x => (x[0].abs() + 0.5).sqrt()),
        Of("rsqrt", [[3, 4]], x => (x[0].abs() + 0.5).rsqrt()),
        Of("exp", [[3, 4]], x => x[0].exp()),
        Of("log", [[3, 4]], x => (x[0].abs() + 0.5).log()),
        Of("sin", [[3, 4]], x => x[0].sin()),
        Of("cos", [[3, 4]], x => x[0].cos()),
        Of("abs", [[3, 4]], x => x[0].abs()),
        Of("square", [[3, 4]], x => x[0].square()),
        Of("reciprocal", [[3, 4]], x => (x[0].abs() + 0.5).reciprocal()),
        Of("expm1", [[3, 4]], x => x[0].expm1()),
        Of("log1p", [[3, 4]], x => x[0].abs().log1p()),
        Of("erf", [[3, 4]], x => x[0].erf()),
        Of("clamp", [[3, 4]], x => x[0].clamp(-0.5, 0.5)),
        Of("maximum", [[3, 4], [3, 4]], x => x[0].maximum(x[1])),
        Of("minimum", [[3, 4], [3, 4]], x => x[0].minimum(x[1])),
    ];

    private static Case[] Products() =>
    [
        Of("matmul", [[2, 3, 4], [4, 5]], x => x[0].matmul(x[1])),
        Of("matmul batched", [[2, 2, 3, 4], [2, 2, 4, 3]], x => x[0].matmul(x[1])),
        Of("bmm", [[2, 3, 4], [2, 4, 2]], x => x[0].bmm(x[1])),
        Of("einsum", [[2, 3, 4], [2, 5, 4]], x => einsum("bqd,bkd->bqk", x[0], x[1])),
        Of("mm", [[2, 3], [3, 4]], x => x[0].mm(x[1])),
        Of("outer", [[3], [4]], x => x[0].outer(x[1])),
        Of("dot", [[4], [4]], x => x[0].dot(x[1])),
        Of("addcmul", [[3, 4], [3, 4], [3, 4]], x => x[0].addcmul(x[1], x[2], 0.5)),
        Of("addcdiv", [[3, 4], [3, 4], [3, 4]], x => x[0].addcdiv(x[1], x[2].abs() + 0.5, 0.5)),
    ];

    private static Case[] Activations() =>
    [
        Of("tanh", [[3, 4]], x => x[0].tanh()),
        Of("sigmoid", [[3, 4]], x => x[0].sigmoid()),
        Of("log_sigmoid", [[3, 4]], x => x[0].log_sigmoid()),
        Of("softplus", [[3, 4]], x => x[0].softplus()),
        Of("elu", [[3, 4]], x => x[0].elu()),
        Of("leaky_relu", [[3, 4]], x => x[0].leaky_relu(0.1)),
        Of("relu", [[3, 4]], x => F.relu(x[0])),
        Of("gelu", [[3, 4]], x => F.gelu(x[0])),
        Of("silu", [[3, 4]], x => F.silu(x[0])),
        Of("dropout in eval", [[3, 4]], x => F.dropout(x[0], 0.5, false)),
        Of("softmax", [[2, 3, 4]], x => F.softmax(x[0], -1)),
        Of("softmax of a middle axis", [[2, 3, 4]], x => F.softmax(x[0], 1)),
        Of("log_softmax", [[2, 3, 4]], x => F.log_softmax(x[0], -1)),
    ];

    private static Case[] Reductions() =>
    [
        Of("logsumexp", [[2, 3, 4]], x => x[0].logsumexp(-1)),
        Of("sum", [[2, 3, 4]], x => x[0].sum(1)),
        Of("sum keepdim", [[2, 3, 4]], x => x[0].sum(-1, true)),
        Of("mean", [[2, 3, 4]], x => x[0].mean([1])),
        Of("mean of all", [[2, 3, 4]], x => x[0].mean()),
        Of("var", [[3, 4]], x => x[0].var(1)),
        Of("std", [[3, 4]], x => x[0].std(1)),
        Of("norm", [[3, 4]], x => x[0].norm()),
        Of("max of an axis", [[3, 4]], x => x[0].max(1).values),
        Of("min of an axis", [[3, 4]], x => x[0].min(1).values),
        Of("prod", [[3, 4]], x => x[0].prod(1)),
        Of("amax", [[3, 4]], x => x[0].amax([1])),
        Of("cumprod", [[3, 4]], x => x[0].cumprod(1)),
        Of("cumsum", [[3, 4]], x => x[0].cumsum(1)),
    ];

    private static Case[] Indexing() =>
    [
        Of("masked_fill", [[2, 4, 4]], x => x[0].masked_fill(Future(), -2.0)),
        Of("masked softmax", [[2, 4, 4]], x => F.softmax(x[0].masked_fill(Future(), double.NegativeInfinity), -1)),
        Of("where", [[3, 4], [3, 4]], x => where(x[0] > x[1], x[0], x[1])),
        Of("index_select", [[5, 3]], x => x[0].index_select(0, Fill.Integers([4], 5, 1))),
        Of("gather", [[3, 5]], x => x[0].gather(1, Fill.Integers([3, 4], 5, 1))),
        Of("scatter_add", [[3, 5], [3, 4]], x => x[0].scatter_add(1, Fill.Integers([3, 4], 5, 1), x[1])),
        Of("scatter", [[3, 5], [3, 1]], x => x[0].scatter(1, Fill.Integers([3, 1], 5, 1), x[1])),
        Of("index_add", [[3, 2], [4, 2]], x => x[0].index_add(0, Fill.Integers([4], 3, 1), x[1], 1)),
        Of("masked_select", [[3, 4]], x => x[0].masked_select(x[0].detach() > 0)),
        Of("diagonal", [[4, 4]], x => x[0].diagonal()),
        Of("topk", [[3, 6]], x => x[0].topk(2, -1).values),
        Of("sort", [[3, 5]], x => x[0].sort(-1).Values),
        Of("flip", [[3, 5]], x => x[0].flip(1)),
        Of("narrow", [[2, 6]], x => x[0].narrow(1, 2, 3)),
        Of("select", [[2, 6]], x => x[0].select(1, 2)),
        Of("index with a slice", [[3, 6]], x => x[0][TensorIndex.Colon, TensorIndex.Slice(1, 5)]),
        Of("index with a tensor", [[5, 3]], x => x[0][TensorIndex.Tensor(Fill.Integers([4], 5, 1))]),
        Of("triu", [[4, 4]], x => x[0].triu(1)),
        Of("tril", [[4, 4]], x => x[0].tril(0)),
    ];

    private static Case[] Shapes() =>
    [
        Of("cat", [[2, 3], [2, 4]], x => cat(x, 1)),
        Of("stack", [[2, 3], [2, 3]], x => stack(x, 1)),
        Of("chunk", [[2, 6]], x => x[0].chunk(2, -1)[0] * x[0].chunk(2, -1)[1]),
        Of("split", [[2, 6]], x => x[0].split(3, 1)[0] - x[0].split(3, 1)[1]),
        Of("transpose", [[2, 3, 4]], x => x[0].transpose(1, 2).contiguous()),
        Of("permute", [[2, 3, 4]], x => x[0].permute(2, 0, 1)),
        Of("view and reshape", [[2, 3, 4]], x => x[0].view(6, 4).reshape(3, 8)),
        Of("unsqueeze and expand", [[2, 3]], x => x[0].unsqueeze(1).expand(2, 4, 3)),
        Of("squeeze", [[2, 1, 3]], x => x[0].squeeze(1)),
        Of("flatten", [[2, 3, 2]], x => x[0].flatten(1)),
        Of("unbind", [[2, 3]], x => x[0].unbind(0)[0] * x[0].unbind(0)[1]),
        Of("unfold", [[2, 6]], x => x[0].unfold(1, 3, 2)),
        Of("roll", [[2, 6]], x => x[0].roll(2, 1)),
        Of("repeat_interleave", [[2, 3]], x => x[0].repeat_interleave(2, 1)),
        Of("repeat", [[2, 3]], x => x[0].repeat(2, 2)),
        Of("pad", [[2, 3, 4]], x => F.pad(x[0], (2, 1))),
    ];

    private static Case[] Functionals() =>
    [
        Of("linear", [[2, 3, 4], [5, 4], [5]], x => F.linear(x[0], x[1], x[2])),
        Of("layer_norm", [[2, 3, 4], [4], [4]], x => F.layer_norm(x[0], [4], x[1], x[2])),
        Of("conv1d", [[2, 3, 8], [4, 3, 3], [4]], x => F.conv1d(x[0], x[1], x[2])),
        Of("conv2d", [[2, 2, 5, 5], [3, 2, 3, 3], [3]], x => F.conv2d(x[0], x[1], x[2])),
        Of("max_pool2d", [[2, 2, 4, 4]], x => F.max_pool2d(x[0], [2, 2])),
    ];

    /// <summary>[4, 4], true above the diagonal.</summary>
    private static Tensor Future() => ones(4, 4, ScalarType.Bool).triu(1);
}
