using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Op View = new("view");
        private static readonly Op Transpose = new("transpose.int");

        public Tensor view(params long[] shape) => View.Call(this, shape);
        internal Tensor view_as(Tensor other) => View.Call(this, other.shape);
        public Tensor reshape(params long[] shape) => Op.Call("reshape", this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Op.Call("flatten.using_ints", this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes)
        {
            // The original, too, counts this one from the front only.
            if (dim < 0 || dim >= ndim)
                throw new ArgumentException($"Invalid 'dim' argument: {dim}.");
            return reshape([.. shape[..(int)dim], .. sizes, .. shape[((int)dim + 1)..]]);
        }

        public Tensor squeeze(long? dim = null) => dim is { } at ? Op.Call("squeeze.dim", this, at) : Op.Call("squeeze", this);
        public Tensor unsqueeze(long dim) => Op.Call("unsqueeze", this, dim);
        public Tensor t() => Op.Call("t", this);
        public Tensor T => Op.Call("numpy_T", this);
        public Tensor mT => Op.Call("mT", this);
        public Tensor transpose(long dim0, long dim1) => Transpose.Call(this, dim0, dim1);
        public Tensor permute(params long[] permutation) => Op.Call("permute", this, permutation);
        public Tensor movedim(long[] source, long[] destination) => Op.Call("movedim.intlist", this, source, destination);
        public Tensor contiguous() => Op.Call("contiguous", this);
        public Tensor clone() => Op.Call("clone", this);
        internal Tensor alias() => Op.Call("alias", this);

        public Tensor expand(params long[] sizes) => Op.Call("expand", this, sizes);
        public Tensor expand_as(Tensor other) => expand(other.shape);
        public Tensor broadcast_to(params long[] shape) => Op.Call("broadcast_to", this, shape);
        public Tensor repeat(params long[] sizes) => Op.Call("repeat", this, sizes);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Op.Call("repeat_interleave.self_int", this, repeats, dim, output_size);

        public Tensor narrow(long dim, long start, long length) => Op.Call("narrow", this, dim, start, length);
        public Tensor select(long dim, long index) => Op.Call("select.int", this, dim, index);
        public Tensor[] unbind(long dimension = 0L) => Op.CallMany("unbind.int", this, dimension);
        public Tensor[] split(long size, int dim = 0) => Op.CallMany("split.Tensor", this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Op.CallMany("split_with_sizes", this, sizes, dim);
        public Tensor[] chunk(long chunks, long dim = 0L) => Op.CallMany("chunk", this, chunks, dim);
        public Tensor unfold(long dimension, long size, long step) => Op.Call("unfold", this, dimension, size, step);
        public Tensor flip(params long[] dims) => Op.Call("flip", this, dims);
        public Tensor roll(long shifts, long? dims = null) => Op.Call("roll", this, shifts, dims is { } at ? at : Value.Default);
        public Tensor tril(long diagonal = 0) => Op.Call("tril", this, diagonal);
        public Tensor triu(long diagonal = 0) => Op.Call("triu", this, diagonal);
        public Tensor diagonal(long offset = 0L, long dim1 = 0L, long dim2 = 1L) => Op.Call("diagonal", this, offset, dim1, dim2);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) => Op.Call("as_strided", this, size, strides, storageOffset);

        public Tensor cpu() => to(DeviceType.CPU);
        public Tensor pin_memory() => Op.Call("pin_memory", this);

        internal Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replace(Op.Call("to.dtype", this, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replace(Op.Call("to.device", this, InitializeDevice(device), type, non_blocking, copy), disposeAfter);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);
        public Tensor @float() => to_type(ScalarType.Float32);

        internal bool WillCopy(ScalarType type, Device target) =>
            dtype != type || device_type != target.type || (target.index != -1 && device_index != target.index);

        private Tensor Replace(Tensor replacement, bool disposeAfter)
        {
            if (disposeAfter)
                Dispose();
            return replacement;
        }
    }
}
