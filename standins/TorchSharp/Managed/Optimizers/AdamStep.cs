using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam and AdamW do alike.</summary>
internal static class AdamStep
{
    internal static void Check(double lr, double beta1, double beta2, double eps, double weight_decay)
    {
        if (lr < 0 || eps < 0 || weight_decay < 0)
            throw new ArgumentException($"lr = {lr}, eps = {eps}, weight_decay = {weight_decay}: none may be negative");
        if (beta1 is < 0 or >= 1 || beta2 is < 0 or >= 1)
            throw new ArgumentException($"betas = ({beta1}, {beta2}): both must be in [0, 1)");
    }

    /// <summary>Moments and update, in PyTorch 1.13's order of operations for a single tensor.</summary>
    internal static void Run(Parameter parameter, Tensor grad, long step, Tensor first, Tensor second, Tensor? largest,
        double rate, (double First, double Second) betas, double eps)
    {
        var correction1 = 1 - Math.Pow(betas.First, step);
        var correction2 = 1 - Math.Pow(betas.Second, step);
        first.mul_(betas.First).add_(grad, 1 - betas.First);
        second.mul_(betas.Second).addcmul_(grad, grad, 1 - betas.Second);
        var scale = largest is null ? second : largest.copy_(maximum(largest, second));
        var denominator = scale.sqrt().div_(Math.Sqrt(correction2)).add_(eps);
        parameter.addcdiv_(first, denominator, -(rate / correction1));
    }
}
