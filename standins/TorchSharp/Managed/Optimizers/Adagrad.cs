using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Duchi et al. 2011, in the order of operations of torch.optim.Adagrad.</summary>
    public sealed class Adagrad : OptimizerHelper
    {
        public Adagrad(IEnumerable<Parameter> parameters, double lr = 1e-2, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
            : base(new Options { LearningRate = lr, lr_decay = lr_decay, weight_decay = weight_decay, initial_accumulator_value = initial_accumulator_value, eps = eps }, parameters)
        {
            if (lr < 0 || eps < 0 || lr_decay < 0 || weight_decay < 0 || initial_accumulator_value < 0)
                throw new ArgumentException($"lr = {lr}, eps = {eps}, lr_decay = {lr_decay}, weight_decay = {weight_decay}: none may be negative");
        }

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) =>
            new State(parameter, ((Options)options).initial_accumulator_value);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((State)optimizerState, (Options)optimizerOptions);
            state.step++;
            if (options.weight_decay is var decay and not 0)
                grad = grad.add(parameter, decay);
            var rate = options.LearningRate!.Value / (1 + (state.step - 1) * options.lr_decay);
            state.sum!.addcmul_(grad, grad, 1);
            parameter.addcdiv_(grad, state.sum.sqrt().add_(options.eps), -rate);
        }

        internal sealed class Options : OptimizerOptions
        {
            internal double lr_decay;
            internal double weight_decay;
            internal double initial_accumulator_value;
            internal double eps;
        }

        internal sealed class State : OptimizerState
        {
            internal long step;
            internal Tensor? sum;

            internal State(Parameter parameter, double initial) => sum = Zeros(parameter).add_(initial);

            internal override IEnumerable<Tensor> Tensors => [sum!];

            internal override void LoadStateDict(OptimizerState source)
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
        }
    }
}
