namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initialisers. Each draws from the generator as PyTorch's does, so that a seed gives the same weights.</summary>
        public static class init
        {
            public enum NonlinearityType
            {
                Linear = 0, Sigmoid = 7, Tanh = 8, ReLU = 9, LeakyReLU = 10,
            }

            public enum FanInOut
            {
                FanIn, FanOut,
            }

            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            public static Tensor ones_(Tensor tensor) => Filled(tensor, 1);
            public static Tensor zeros_(Tensor tensor) => Filled(tensor, 0);
            public static Tensor constant_(Tensor tensor, Scalar val) => Filled(tensor, val);

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
            {
                using var withoutGraph = no_grad();
                return tensor.uniform_(low, high, generator);
            }

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null)
            {
                using var withoutGraph = no_grad();
                return tensor.normal_(mean, std, generator);
            }

            /// <summary>Glorot and Bengio 2010, equation 16.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = Math.Sqrt(3.0) * (gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            /// <summary>He et al. 2015, equation 14, for a leaky rectifier of slope <paramref name="a"/>.</summary>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3.0) * Deviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, Deviation(tensor, a, mode, nonlinearity));

            /// <summary>Saxe et al. 2013: rows (or columns, when there are more rows) are orthonormal.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0)
            {
                var rows = tensor.size(0);
                var columns = tensor.numel() / rows;
                using var withoutGraph = no_grad();
                using var scope = NewDisposeScope();
                var flat = empty(rows, columns, tensor.dtype, tensor.device).normal_();
                if (rows < columns)
                    flat = flat.t();
                var (q, r) = Interop.Op.CallPair("linalg_qr", flat);
                q = q.mul(r.diagonal().sign());
                if (rows < columns)
                    q = q.t();
                tensor.view_as(q).copy_(q);
                return tensor.mul_(gain);
            }

            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
                var receptiveField = shape.Skip(2).Aggregate(1L, (product, length) => product * length);
                return (shape[1] * receptiveField, shape[0] * receptiveField);
            }

            private static double Deviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static Tensor Filled(Tensor tensor, Scalar value)
            {
                using var withoutGraph = no_grad();
                return tensor.fill_(value);
            }
        }
    }
}
