using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Gradient descent, with momentum and Nesterov's variant, in the order of operations of torch.optim.SGD.</summary>
    public sealed class SGD : OptimizerHelper
    {
        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : this([new ParamGroup(parameters, lr, momentum, dampening, weight_decay, nesterov, maximize)], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters.Select(group => group.Completed(new Options(lr, momentum, dampening, weight_decay, nesterov, maximize))))
        {
            if (lr < 0 || momentum < 0 || weight_decay < 0)
                throw new ArgumentException($"lr = {lr}, momentum = {momentum}, weight_decay = {weight_decay}: none may be negative");
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        }

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
            internal double? momentum;
            internal double? dampening;
            internal double? weight_decay;
            internal bool? nesterov;
            internal bool? maximize;

            public Options()
            {
            }

            internal Options(double lr, double momentum, double dampening, double weight_decay, bool nesterov, bool maximize)
            {
                LearningRate = lr;
                this.momentum = momentum;
                this.dampening = dampening;
                this.weight_decay = weight_decay;
                this.nesterov = nesterov;
                this.maximize = maximize;
            }

            /// <summary>Fills what is unset from the optimizer's defaults.</summary>
            internal void Complete(Options defaults)
            {
                LearningRate ??= defaults.LearningRate;
                momentum ??= defaults.momentum;
                dampening ??= defaults.dampening;
                weight_decay ??= defaults.weight_decay;
                nesterov ??= defaults.nesterov;
                maximize ??= defaults.maximize;
            }
        }

        public class ParamGroup : Modules.ParamGroup
        {
            private readonly Options options;

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            {
                Parameters = parameters;
                base.Options = this.options = options;
            }

            /// <summary>A group with a rate of its own: the optimizer's does not reach it.</summary>
            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false)
                : this(parameters, new Options(lr, momentum, dampening, weight_decay, nesterov, maximize))
            {
            }

            internal ParamGroup Completed(Options defaults)
            {
                options.Complete(defaults);
                return this;
            }
        }

        internal sealed class State : OptimizerState
        {
            internal Tensor? momentum_buffer;

            internal override IEnumerable<Tensor> Tensors => momentum_buffer is null ? [] : [momentum_buffer];

            internal override void LoadStateDict(OptimizerState source)
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
