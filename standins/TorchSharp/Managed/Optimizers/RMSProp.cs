using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Hinton's lecture 6e; centred as in Graves 2013, equations 38–45, in the order of operations of torch.optim.RMSprop.</summary>
    public sealed class RMSProp : OptimizerHelper
    {
        public RMSProp(IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
            : this([new ParamGroup(parameters)], lr, alpha, eps, weight_decay, momentum, centered, maximize)
        {
        }

        public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
            : base(new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered, maximize = maximize }, parameters)
        {
            if (lr < 0 || eps < 0 || alpha < 0 || momentum < 0 || weight_decay < 0)
                throw new ArgumentException($"lr = {lr}, eps = {eps}, alpha = {alpha}, momentum = {momentum}, weight_decay = {weight_decay}: none may be negative");
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) => new State(parameter, (Options)options);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            var (alpha, rate) = (options.alpha!.Value, options.LearningRate!.Value);
            if (options.maximize!.Value)
                grad = -grad;
            state.step++;
            if (options.weight_decay is { } decay and not 0)
                grad = grad.add(parameter, decay);
            state.square_avg!.mul_(alpha).addcmul_(grad, grad, 1 - alpha);
            Tensor average;
            if (state.grad_avg is { } mean)
            {
                mean.mul_(alpha).add_(grad, 1 - alpha);
                average = state.square_avg.addcmul(mean, mean, -1).sqrt_();
            }
            else
            {
                average = state.square_avg.sqrt();
            }
            average.add_(options.eps!.Value);
            if (state.momentum_buffer is { } buffer)
                parameter.add_(buffer.mul_(options.momentum!.Value).addcdiv_(grad, average, 1), -rate);
            else
                parameter.addcdiv_(grad, average, -rate);
        }

        public class Options : OptimizerOptions
        {
            public double? alpha;
            public double? eps;
            public double? weight_decay;
            public double? momentum;
            public bool? centered;
            public bool? maximize;

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var from = (Options)defaults;
                alpha ??= from.alpha;
                eps ??= from.eps;
                weight_decay ??= from.weight_decay;
                momentum ??= from.momentum;
                centered ??= from.centered;
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
            public Tensor? square_avg;
            public Tensor? momentum_buffer;
            public Tensor? grad_avg;

            internal State(Parameter parameter, Options options)
            {
                square_avg = Zeros(parameter);
                momentum_buffer = options.momentum > 0 ? Zeros(parameter) : null;
                grad_avg = options.centered!.Value ? Zeros(parameter) : null;
            }

            internal override IEnumerable<Tensor> Tensors => new[] { square_avg, momentum_buffer, grad_avg }.OfType<Tensor>();

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                step = from.step;
                Copy(ref square_avg, from.square_avg);
                Copy(ref momentum_buffer, from.momentum_buffer);
                Copy(ref grad_avg, from.grad_avg);
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
            public static RMSProp RMSProp(IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters.Select(item => item.parameter), lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<RMSProp.ParamGroup> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}
