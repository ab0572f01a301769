using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Hinton's lecture 6e; centred as in Graves 2013, equations 38–45, in the order of operations of torch.optim.RMSprop.</summary>
    public sealed class RMSProp : OptimizerHelper
    {
        public RMSProp(IEnumerable<Parameter> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
            : base(new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered, maximize = maximize }, parameters)
        {
            if (lr < 0 || eps < 0 || alpha < 0 || momentum < 0 || weight_decay < 0)
                throw new ArgumentException($"lr = {lr}, eps = {eps}, alpha = {alpha}, momentum = {momentum}, weight_decay = {weight_decay}: none may be negative");
        }

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) => new State(parameter, (Options)options);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            var (alpha, rate) = (options.alpha, options.LearningRate!.Value);
            if (options.maximize)
                grad = -grad;
            state.step++;
            if (options.weight_decay is var decay and not 0)
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
            average.add_(options.eps);
            if (state.momentum_buffer is { } buffer)
                parameter.add_(buffer.mul_(options.momentum).addcdiv_(grad, average, 1), -rate);
            else
                parameter.addcdiv_(grad, average, -rate);
        }

        internal sealed class Options : OptimizerOptions
        {
            internal double alpha;
            internal double eps;
            internal double weight_decay;
            internal double momentum;
            internal bool centered;
            internal bool maximize;
        }

        internal sealed class State : OptimizerState
        {
            internal long step;
            internal Tensor? square_avg;
            internal Tensor? momentum_buffer;
            internal Tensor? grad_avg;

            internal State(Parameter parameter, Options options)
            {
                square_avg = Zeros(parameter);
                momentum_buffer = options.momentum > 0 ? Zeros(parameter) : null;
                grad_avg = options.centered ? Zeros(parameter) : null;
            }

            internal override IEnumerable<Tensor> Tensors => new[] { square_avg, momentum_buffer, grad_avg }.OfType<Tensor>();

            internal override void LoadStateDict(OptimizerState source)
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
        }
    }
}
