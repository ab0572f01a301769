using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Loshchilov and Hutter 2017: weight decay apart from the gradient, in the order of operations of torch.optim.AdamW.</summary>
    public sealed class AdamW : OptimizerHelper
    {
        public AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup(parameters)], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        public AdamW(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize }, parameters) =>
            AdamStep.Check(lr, beta1, beta2, eps, weight_decay);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) =>
            new State(parameter, ((Options)options).amsgrad!.Value);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            if (options.maximize!.Value)
                grad = -grad;
            parameter.mul_(1 - options.LearningRate!.Value * options.weight_decay!.Value);
            AdamStep.Run(parameter, grad, ++state.step, state.exp_avg!, state.exp_avg_sq!, state.max_exp_avg_sq,
                options.LearningRate!.Value, (options.beta1!.Value, options.beta2!.Value), options.eps!.Value);
        }

        public class Options : OptimizerOptions
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
                var from = (Options)defaults;
                beta1 ??= from.beta1;
                beta2 ??= from.beta2;
                weight_decay ??= from.weight_decay;
                eps ??= from.eps;
                amsgrad ??= from.amsgrad;
                maximize ??= from.maximize;
            }
        }

        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options? options = null) : base(parameters, options)
            {
            }
        }

        public sealed class State : OptimizerState
        {
            public long step;
            public Tensor? exp_avg;
            public Tensor? exp_avg_sq;
            public Tensor? max_exp_avg_sq;

            internal State(Parameter parameter, bool amsgrad)
            {
                exp_avg = Zeros(parameter);
                exp_avg_sq = Zeros(parameter);
                max_exp_avg_sq = amsgrad ? Zeros(parameter) : null;
            }

            internal override IEnumerable<Tensor> Tensors => new[] { exp_avg, exp_avg_sq, max_exp_avg_sq }.OfType<Tensor>();

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                step = from.step;
                Copy(ref exp_avg, from.exp_avg);
                Copy(ref exp_avg_sq, from.exp_avg_sq);
                Copy(ref max_exp_avg_sq, from.max_exp_avg_sq);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9,
                double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(item => item.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<AdamW.ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
