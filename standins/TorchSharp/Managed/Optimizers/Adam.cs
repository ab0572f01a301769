using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Kingma and Ba 2014, algorithm 1, in the order of operations of torch.optim.Adam on the CPU: same bits.</summary>
    public sealed class Adam : OptimizerHelper
    {
        public Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(new AdamOptions { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize }, parameters) =>
            AdamStep.Check(lr, beta1, beta2, eps, weight_decay);

        private protected override OptimizerState NewState(Parameter parameter, OptimizerOptions options) =>
            new AdamState(parameter, ((AdamOptions)options).amsgrad);

        private protected override void Update(Parameter parameter, Tensor grad, OptimizerState optimizerState, OptimizerOptions optimizerOptions)
        {
            var (state, options) = ((AdamState)optimizerState, (AdamOptions)optimizerOptions);
            if (options.maximize)
                grad = -grad;
            if (options.weight_decay is var decay and not 0)
                grad = grad.add(parameter, decay);
            AdamStep.Run(parameter, grad, ++state.step, state.exp_avg!, state.exp_avg_sq!, state.max_exp_avg_sq,
                options.LearningRate!.Value, (options.beta1, options.beta2), options.eps);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static Adam Adam(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9,
                double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(item => item.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
