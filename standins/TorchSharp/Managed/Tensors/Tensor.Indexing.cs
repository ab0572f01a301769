using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, TensorIndex.Single(i1));
        }

        public Tensor this[long i1, long i2]
        {
            get => index(TensorIndex.Single(i1), TensorIndex.Single(i2));
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2));
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
        }

        /// <summary>Views while the index holds numbers and slices only; tensors gather a copy.</summary>
        internal Tensor index(params TensorIndex[] indices)
        {
            var (view, gathers) = Walk(indices);
            if (gathers is null)
                return view;
            var result = Op.Call("index.Tensor", view, gathers);
            view.Dispose();
            return result;
        }

        internal Tensor index(params Tensor[] indices) => Op.Call("index.Tensor", this, indices);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var (view, gathers) = Walk(indices);
            if (gathers is null)
                view.copy_(value);
            else
                Op.Run("index_put_", view, gathers, value);
            view.Dispose();
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => InPlace("index_put_", indices, value);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var number = Op.Call("full", Array.Empty<long>(), value, dtype, Value.None, device);
            return index_put_(number, indices);
        }

        public Tensor index_select(long dim, Tensor index) => Op.Call("index_select", this, dim, index);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Op.Call("index_add", this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Op.Run("index_add_", this, dim, index, source, alpha);
            return this;
        }

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => InPlace("index_copy_", dim, index, source);
        public Tensor gather(long dim, Tensor index) => Op.Call("gather", this, dim, index);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Op.Call("scatter.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace("scatter_.src", dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Op.Call("scatter_add", this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => InPlace("scatter_add_", dim, index, src);
        public Tensor masked_select(Tensor mask) => Op.Call("masked_select", this, mask);
        public Tensor nonzero() => Op.Call("nonzero", this);
        public Tensor take(Tensor index) => Op.Call("take", this, index);
        internal Tensor where(Tensor condition, Tensor y) => Op.Call("where.self", condition, this, y);

        // Applies numbers, slices, new axes and the ellipsis as views; what remains are the tensors, one place for each
        // dimension of the view, null where the whole dimension is meant.
        private (Tensor View, Tensor?[]? Gathers) Walk(TensorIndex[] indices)
        {
            var consumed = indices.Count(index => index.Is is TensorIndex.Kind.Single or TensorIndex.Kind.Slice) +
                indices.Where(index => index.Is == TensorIndex.Kind.Tensor).Sum(index => index.Indices!.dtype == ScalarType.Bool ? index.Indices.ndim : 1);
            if (consumed > ndim)
                throw new ArgumentException($"too many indices for a tensor of {ndim} dimensions: {consumed}");
            var view = alias();
            List<Tensor?>? gathers = null;
            long dim = 0;
            foreach (var index in indices)
            {
                var next = index.Is switch
                {
                    TensorIndex.Kind.Single => view.select(dim, index.Start ?? 0),
                    TensorIndex.Kind.Slice => Op.Call("slice.Tensor", view, dim++, index.Start, index.Stop, index.Step ?? 1),
                    TensorIndex.Kind.None or TensorIndex.Kind.Bool => view.unsqueeze(dim++),
                    _ => null,
                };
                if (next is not null)
                {
                    view.Dispose();
                    view = next;
                }
                if (index.Is == TensorIndex.Kind.Ellipsis)
                    dim += ndim - consumed;
                if (index.Is == TensorIndex.Kind.Tensor || index is { Is: TensorIndex.Kind.Bool })
                {
                    var at = index.Is == TensorIndex.Kind.Bool ? dim - 1 : dim;
                    gathers ??= [];
                    while (gathers.Count < at)
                        gathers.Add(null);
                    gathers.Add(index.Indices ?? tensor(new[] { index.Start == 1 }));
                    if (index.Is == TensorIndex.Kind.Tensor)
                        dim += index.Indices!.dtype == ScalarType.Bool ? index.Indices.ndim : 1;
                }
            }
            return (view, gathers?.ToArray());
        }
    }
}
