using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Duchi et al. 2011, in the order of operations of torch.optim.Adagrad.</summary>
    public sealed class Adagrad : OptimizerHelper
    {
        public Adagrad(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
            : this([new ParamGroup(parameters)], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
        {
        }

        public Adagrad(IEnumerable<ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
            : base(new Options { LearningRate = lr, lr_decay = lr_decay, weight_decay = weight_decay, initial_accumulator_value = initial_accumulator_value, eps = eps }, parameters)
        {
            if (lr < 0 || eps < 0 || lr_decay < 0 || weight_decay < 0 || initial_accumulator_value < 0)
                throw new ArgumentException($"lr = {lr}, eps = {eps}, lr_decay = {lr_decay}, weight_decay = {weight_decay}: none may be negative");
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) => 
            new State(parameter, ((Options)options).initial_accumulator_value!.Value);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            state.step++;
            if (options.weight_decay is { } decay and not 0)
                grad = grad.add(parameter, decay);
            var rate = options.LearningRate!.Value / (1 + (state.step - 1) * options.lr_decay!.Value);
            state.sum!.addcmul_(grad, grad, 1);
            parameter.addcdiv_(grad, state.sum.sqrt().add_(options.eps!.Value), -rate);
        }

        public class Options : OptimizerOptions
        {
            public double? lr_decay;
            public double? weight_decay;
            public double? initial_accumulator_value;
            public double? eps;

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var from = (Options)defaults;
                lr_decay ??= from.lr_decay;
                weight_decay ??= from.weight_decay;
                initial_accumulator_value ??= from.initial_accumulator_value;
                eps ??= from.eps;
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
            public Tensor? sum;

            internal State(Parameter parameter, double initial) => sum = Zeros(parameter).add_(initial);

            internal override IEnumerable<Tensor> Tensors => [sum!];

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                step = from.step;
                Copy(ref sum, from.sum);
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
            public static Adagrad Adagrad(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            public static Adagrad Adagrad(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters.Select(item => item.parameter), lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            public static Adagrad Adagrad(IEnumerable<Adagrad.ParamGroup> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);
        }
    }
}
