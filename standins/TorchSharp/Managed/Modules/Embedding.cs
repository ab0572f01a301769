using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A table of vectors, looked up by int64 numbers.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long paddingIndex;
        private readonly bool scaleByFrequency;

        internal Embedding(Parameter table, long? paddingIndex, bool scaleByFrequency) : base(nameof(Embedding))
        {
            var rows = table.size(0);
            if (paddingIndex is { } index && (index >= rows || index < -rows))
                throw new ArgumentOutOfRangeException(nameof(paddingIndex), index, $"Padding_idx must be within num_embeddings = {rows}");
            this.paddingIndex = paddingIndex is { } given ? (given < 0 ? given + rows : given) : -1;
            this.scaleByFrequency = scaleByFrequency;
            weight = table;
        }

        public Parameter? weight
        {
            get => Registered(nameof(weight));
            set => Register(nameof(weight), value);
        }

        public override Tensor forward(Tensor input) => Op.Call("embedding", weight, input, paddingIndex, scaleByFrequency);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <exception cref="NotSupportedException">max_norm or sparse gradients.</exception>
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null,
                double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                Refuse(max_norm, sparse);
                var weight = new Parameter(empty(num_embeddings, embedding_dims, dtype, device));
                init.normal_(weight);
                if (padding_idx is { } index)
                {
                    using var withoutGraph = no_grad();
                    using var row = weight[index];
                    row.fill_(0);
                }
                return new Embedding(weight, padding_idx, scale_grad_by_freq);
            }

            /// <exception cref="NotSupportedException">max_norm or sparse gradients.</exception>
            public static Embedding Embedding_from_pretrained(Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null,
                double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                Refuse(max_norm, sparse);
                var copy = embeddings.detach().to(dtype ?? embeddings.dtype, device ?? embeddings.device, copy: true);
                return new Embedding(new Parameter(copy, !freeze), padding_idx, scale_grad_by_freq);
            }

            private static void Refuse(double? maxNorm, bool sparse)
            {
                if (maxNorm is not null || sparse)
                    throw new NotSupportedException("embeddings with max_norm or sparse gradients are not carried over");
            }
        }
    }
}
