using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Gradient descent, with momentum and Nesterov's variant, in the order of operations of torch.optim.SGD.</summary>
    public sealed class SGD : OptimizerHelper
    {
        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : this([new ParamGroup(parameters)], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize }, parameters)
        {
            if (lr < 0 || momentum < 0 || weight_decay < 0)
                throw new ArgumentException($"lr = {lr}, momentum = {momentum}, weight_decay = {weight_decay}: none may be negative");
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) => new State();

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            if (options.weight_decay is { } decay and not 0)
                grad = grad.add(parameter, decay);
            if (options.momentum is { } momentum and not 0)
            {
                if (state.momentum_buffer is null)
                    state.momentum_buffer = grad.clone().detach().DetachFromDisposeScope();
                else
                    state.momentum_buffer.mul_(momentum).add_(grad, 1 - options.dampening!.Value);
                grad = options.nesterov!.Value ? grad.add(state.momentum_buffer, momentum) : state.momentum_buffer;
            }
            var rate = options.LearningRate!.Value;
            parameter.add_(grad, options.maximize!.Value ? rate : -rate);
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var from = (Options)defaults;
                momentum ??= from.momentum;
                dampening ??= from.dampening;
                weight_decay ??= from.weight_decay;
                nesterov ??= from.nesterov;
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
            public Tensor? momentum_buffer;

            internal override IEnumerable<Tensor> Tensors => momentum_buffer is null ? [] : [momentum_buffer];

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                Copy(ref momentum_buffer, from.momentum_buffer);
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
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(item => item.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
