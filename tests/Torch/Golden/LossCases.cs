using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Losses, in the order of <c>LOSSES</c> in <c>golden.py</c>.</summary>
internal static class LossCases
{
    public static readonly IReadOnlyList<Case> All =
    [
        Of("cross_entropy", [[4, 5]], x => F.cross_entropy(x[0], Classes(4))),
        Of("cross_entropy ignore_index", [[6, 5]], x => F.cross_entropy(x[0], Classes(6), null, 2)),
        Of("cross_entropy label_smoothing", [[4, 5]], x => F.cross_entropy(x[0], Classes(4), null, -100, Reduction.Mean, 0.1)),
        Of("cross_entropy sum", [[4, 5]], x => F.cross_entropy(x[0], Classes(4), null, -100, Reduction.Sum)),
        Of("cross_entropy none", [[4, 5]], x => F.cross_entropy(x[0], Classes(4), null, -100, Reduction.None)),
        Of("cross_entropy all at once", [[6, 5]], x => F.cross_entropy(x[0], Classes(6), null, 2, Reduction.Sum, 0.1)),
        Of("nll_loss", [[4, 5]], x => F.nll_loss(F.log_softmax(x[0], -1), Classes(4))),
        Of("mse_loss", [[3, 4], [3, 4]], x => F.mse_loss(x[0], x[1])),
        Of("mse_loss sum", [[3, 4], [3, 4]], x => F.mse_loss(x[0], x[1], Reduction.Sum)),
        Of("l1_loss", [[3, 4], [3, 4]], x => F.l1_loss(x[0], x[1])),
        Of("binary_cross_entropy_with_logits", [[3, 4]], x => F.binary_cross_entropy_with_logits(
            x[0], Fill.Integers([3, 4], 2, 1).to(x[0].dtype))),
    ];

    private static Case Of(string name, long[][] shapes, Func<Tensor[], Tensor> function) => Case.Operator(name, shapes, function);

    private static Tensor Classes(long count) => Fill.Integers([count], 5, 1);
}
