using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    /// <summary>What a convolution or <c>pad</c> reads beyond the border.</summary>
    public enum PaddingModes
    {
        Zeros = 0, Reflect = 1, Replicate = 2, Circular = 3, Constant = 4,
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A convolution over [batch, channels, …], as PyTorch defines it (a correlation).</summary>
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        private protected Convolution(string name, long[] weightShape, long in_channels, long out_channels, long[] kernel_size, long[] stride,
            long[] padding, long[] dilation, PaddingModes padding_mode, long groups, bool hasBias, Device? device, ScalarType? dtype) : base(name)
        {
            if (in_channels % groups != 0 || out_channels % groups != 0)
                throw new ArgumentException($"groups = {groups}: must divide in_channels = {in_channels} and out_channels = {out_channels}");
            if (padding_mode != PaddingModes.Zeros)
                throw new NotSupportedException($"{name} with padding_mode {padding_mode}: pad first, only Zeros is carried over");
            this.in_channels = in_channels;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            this.groups = groups;
            weight = Initial.Weight(weightShape, device, dtype);
            if (hasBias)
                bias = Initial.Bias(weight, out_channels, device, dtype);
        }

        internal long in_channels { get; }
        internal long[] stride { get; }
        internal long[]? padding { get; }
        internal long[] dilation { get; }
        internal long groups { get; }

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

        /// <summary>[batch, channels, …] or [channels, …] with so many dimensions behind.</summary>
        /// <exception cref="ArgumentException">Another shape, or other channels than the layer's.</exception>
        private protected Tensor Fitting(Tensor input, int dimensions)
        {
            var shape = input.shape;
            return shape.Length - dimensions is 1 or 2 && shape[^(dimensions + 1)] == in_channels ? input
                : throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to "
                    + $"{GetName()}, not [{string.Join(", ", shape)}].");
        }
    }

    public sealed class Conv1d : Convolution
    {
        internal Conv1d(long inputs, long outputs, long kernel, long stride, long padding, long dilation, PaddingModes mode, long groups, bool bias,
            Device? device, ScalarType? dtype)
            : base(nameof(Conv1d), [outputs, inputs / groups, kernel], inputs, outputs, [kernel], [stride], [padding], [dilation], mode, groups, bias, device, dtype)
        {
        }

        public override Tensor forward(Tensor input) => Op.Call("conv1d", Fitting(input, 1), weight, bias, stride, padding, dilation, groups);
    }

    public sealed class Conv2d : Convolution
    {
        internal Conv2d(long inputs, long outputs, long[] kernel, long[] stride, long[] padding, long[] dilation, PaddingModes mode, long groups,
            bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d), [outputs, inputs / groups, .. kernel], inputs, outputs, kernel, stride, padding, dilation, mode, groups, bias, device, dtype)
        {
        }

        public override Tensor forward(Tensor input) => Op.Call("conv2d", Fitting(input, 2), weight, bias, stride, padding, dilation, groups);
    }

    public sealed class ConvTranspose1d : Convolution
    {
        private readonly long[] outputPadding;

        internal ConvTranspose1d(long inputs, long outputs, long kernel, long stride, long padding, long outputPadding, long dilation,
            PaddingModes mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(ConvTranspose1d), [inputs, outputs / groups, kernel], inputs, outputs, [kernel], [stride], [padding], [dilation], mode, groups, bias, device, dtype) =>
            this.outputPadding = [outputPadding];

        public override Tensor forward(Tensor input) =>
            Op.Call("conv_transpose1d", Fitting(input, 1), weight, bias, stride, padding, outputPadding, groups, dilation);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, dilation, padding_mode, groups, bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], [dilation, dilation], padding_mode,
                    groups, bias, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null,
                (long, long)? padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
                bool bias = true, Device? device = null, ScalarType? dtype = null)
            {
                static long[] Pair((long, long) pair) => [pair.Item1, pair.Item2];
                return new Conv2d(in_channels, out_channels, Pair(kernel_size), Pair(stride ?? (1, 1)), Pair(padding ?? (0, 0)),
                    Pair(dilation ?? (1, 1)), padding_mode, groups, bias, device, dtype);
            }

            public static ConvTranspose1d ConvTranspose1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
                long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation, padding_mode, groups, bias, device, dtype);
        }
    }
}
