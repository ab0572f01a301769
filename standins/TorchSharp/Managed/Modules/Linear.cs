using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>y = x Wᵀ + b.</summary>
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
        {
            weight = Initial.Weight([outputSize, inputSize], device, dtype);
            if (hasBias)
                bias = Initial.Bias(weight, outputSize, device, dtype);
        }

        public Parameter weight
        {
            get => Registered(nameof(weight))!;
            set => Register(nameof(weight), value);
        }

        public Parameter? bias
        {
            get => Registered(nameof(bias));
            set => Register(nameof(bias), value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
    }

    /// <summary>PyTorch's default weights of dense and convolution layers.</summary>
    internal static class Initial
    {
        internal static Parameter Weight(long[] shape, Device? device, ScalarType? dtype)
        {
            var weight = new Parameter(empty(shape, dtype, device));
            nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            return weight;
        }

        internal static Parameter Bias(Tensor weight, long length, Device? device, ScalarType? dtype)
        {
            var bias = new Parameter(empty(length, dtype, device));
            var (fanIn, _) = nn.init.CalculateFanInAndFanOut(weight);
            var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
            nn.init.uniform_(bias, -bound, bound);
            return bias;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);
        }
    }
}
