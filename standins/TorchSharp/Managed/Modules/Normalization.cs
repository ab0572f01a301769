using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Ba et al. 2016: every sample is brought to mean 0 and variance 1 over its last dimensions.</summary>
    public sealed class LayerNorm : nn.Module<Tensor, Tensor>
    {
        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            this.normalized_shape = normalized_shape;
            this.eps = eps;
            if (!elementwise_affine)
                return;
            weight = new Parameter(ones(normalized_shape, dtype, device));
            if (hasBias)
                bias = new Parameter(zeros(normalized_shape, dtype, device));
        }

        internal long[] normalized_shape { get; }
        internal double eps { get; }

        public Parameter? weight
        {
            get => Registered(nameof(weight));
            set => Register(nameof(weight), value);
        }

        public Parameter? bias
        {
            get => Registered(nameof(bias));
            set => Register(nameof(bias), value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
    }

    /// <summary>Ioffe and Szegedy 2015: every channel is brought to mean 0 and variance 1 over the batch.</summary>
    public abstract class BatchNorm : nn.Module<Tensor, Tensor>
    {
        private readonly long[] ranks;
        private readonly double eps;
        private readonly double momentum;

        private protected BatchNorm(string name, long[] ranks, long num_features, double eps, double momentum, bool affine, bool track_running_stats,
            Device? device, ScalarType? dtype) : base(name)
        {
            this.ranks = ranks;
            this.eps = eps;
            this.momentum = momentum;
            if (affine)
            {
                weight = new Parameter(ones(num_features, dtype, device));
                bias = new Parameter(zeros(num_features, dtype, device));
            }
            if (!track_running_stats)
                return;
            register_buffer(nameof(running_mean), zeros(num_features, dtype, device).DetachFromDisposeScope());
            register_buffer(nameof(running_var), ones(num_features, dtype, device).DetachFromDisposeScope());
            register_buffer("num_batches_tracked", tensor(0L, null, device).DetachFromDisposeScope());
        }

        internal Parameter? weight
        {
            get => Registered(nameof(weight));
            set => Register(nameof(weight), value);
        }

        internal Parameter? bias
        {
            get => Registered(nameof(bias));
            set => Register(nameof(bias), value);
        }

        public Tensor? running_mean => get_buffer(nameof(running_mean));
        public Tensor? running_var => get_buffer(nameof(running_var));

        public override Tensor forward(Tensor input)
        {
            if (!ranks.Contains(input.dim()))
                throw new ArgumentException($"{GetName()} takes {string.Join(" or ", ranks)} dimensions, was given [{string.Join(", ", input.shape)}]");
            var mean = running_mean;
            if (training && mean is not null)
            {
                using var withoutGraph = no_grad();
                get_buffer("num_batches_tracked")!.add_(1);
            }
            return nn.functional.batch_norm(input, mean, running_var, weight, bias, training || mean is null, momentum, eps);
        }
    }

    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long features, double eps, double momentum, bool affine, bool track, Device? device, ScalarType? dtype)
            : base(nameof(BatchNorm1d), [2, 3], features, eps, momentum, affine, track, device, dtype)
        {
        }
    }

    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long features, double eps, double momentum, bool affine, bool track, Device? device, ScalarType? dtype)
            : base(nameof(BatchNorm2d), [4], features, eps, momentum, affine, track, device, dtype)
        {
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            public static BatchNorm1d BatchNorm1d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true,
                bool track_running_stats = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            public static BatchNorm2d BatchNorm2d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true,
                bool track_running_stats = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
        }
    }
}
