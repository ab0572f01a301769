using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam and AdamW have in common to set.</summary>
public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    internal override void Complete(OptimizerOptions defaults)
    {
        base.Complete(defaults);
        var from = (AdamOptions)defaults;
        beta1 ??= from.beta1;
        beta2 ??= from.beta2;
        weight_decay ??= from.weight_decay;
        eps ??= from.eps;
        amsgrad ??= from.amsgrad;
        maximize ??= from.maximize;
    }
}

/// <summary>What Adam and AdamW remember of a parameter: the two moments.</summary>
public abstract class AdamState : OptimizerState
{
    public long step;
    public Tensor? exp_avg;
    public Tensor? exp_avg_sq;
    public Tensor? max_exp_avg_sq;

    private protected AdamState(Parameter parameter, bool amsgrad)
    {
        exp_avg = parameter.zeros_like().DetachFromDisposeScope();
        exp_avg_sq = parameter.zeros_like().DetachFromDisposeScope();
        max_exp_avg_sq = amsgrad ? parameter.zeros_like().DetachFromDisposeScope() : null;
    }

    internal override IEnumerable<Tensor> Tensors => new[] { exp_avg, exp_avg_sq, max_exp_avg_sq }.OfType<Tensor>();

    public override void LoadStateDict(OptimizerState source)
    {
        var from = (AdamState)source;
        step = from.step;
        Copy(ref exp_avg, from.exp_avg);
        Copy(ref exp_avg_sq, from.exp_avg_sq);
        Copy(ref max_exp_avg_sq, from.max_exp_avg_sq);
    }
}

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
    internal static void Run(Parameter parameter, Tensor grad, AdamState state, AdamOptions options)
    {
        var (beta1, beta2, eps) = (options.beta1!.Value, options.beta2!.Value, options.eps!.Value);
        state.step++;
        var correction1 = 1 - Math.Pow(beta1, state.step);
        var correction2 = 1 - Math.Pow(beta2, state.step);
        state.exp_avg!.mul_(beta1).add_(grad, 1 - beta1);
        state.exp_avg_sq!.mul_(beta2).addcmul_(grad, grad, 1 - beta2);
        var second = state.exp_avg_sq;
        if (state.max_exp_avg_sq is { } maximum)
            second = maximum.copy_(torch.maximum(maximum, second));
        var denominator = second.sqrt().div_(Math.Sqrt(correction2)).add_(eps);
        parameter.addcdiv_(state.exp_avg, denominator, -(options.LearningRate!.Value / correction1));
    }
}
