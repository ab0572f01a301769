using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The constants of Adam and AdamW.</summary>
    internal sealed class AdamOptions : OptimizerOptions
    {
        internal double beta1;
        internal double beta2;
        internal double weight_decay;
        internal double eps;
        internal bool amsgrad;
        internal bool maximize;
    }

    /// <summary>The moments of one parameter.</summary>
    internal sealed class AdamState : OptimizerState
    {
        internal long step;
        internal Tensor? exp_avg;
        internal Tensor? exp_avg_sq;
        internal Tensor? max_exp_avg_sq;

        internal AdamState(Parameter parameter, bool amsgrad)
        {
            exp_avg = OptimizerHelper.Zeros(parameter);
            exp_avg_sq = OptimizerHelper.Zeros(parameter);
            max_exp_avg_sq = amsgrad ? OptimizerHelper.Zeros(parameter) : null;
        }

        internal override IEnumerable<Tensor> Tensors => new[] { exp_avg, exp_avg_sq, max_exp_avg_sq }.OfType<Tensor>();

        internal override void LoadStateDict(OptimizerState source)
        {
            var from = (AdamState)source;
            step = from.step;
            Copy(ref exp_avg, from.exp_avg);
            Copy(ref exp_avg_sq, from.exp_avg_sq);
            Copy(ref max_exp_avg_sq, from.max_exp_avg_sq);
        }
    }
}
