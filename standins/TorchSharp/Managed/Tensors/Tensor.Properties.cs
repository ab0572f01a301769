using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal long Dimensions => Native.st_dim(Handle);
        public long dim() => Dimensions;
        internal long ndim => Dimensions;
        internal long NumberOfElements => Native.st_numel(Handle);
        public long numel() => NumberOfElements;
        internal long ElementSize => Native.st_element_size(Handle);
        public ScalarType dtype => (ScalarType)Native.st_dtype(Handle);
        public bool is_contiguous() => Native.st_is_contiguous(Handle) != 0;
        public long storage_offset() => Native.st_storage_offset(Handle);

        public Device device => new(device_type, device_index);
        internal DeviceType device_type => (DeviceType)(Native.st_device(Handle) >> 32);
        internal int device_index => (int)Native.st_device(Handle);

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* pointer = sizes)
                    Native.st_sizes(Handle, pointer, null);
                return sizes;
            }
        }

        public long[] size() => shape;

        public long size(int dim) => shape[dim < 0 ? dim + ndim : dim];

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* pointer = strides)
                Native.st_sizes(Handle, null, pointer);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + ndim : dim];

        /// <summary>The elements in place, as bytes: the fast way in and out. Valid while the tensor lives.</summary>
        /// <exception cref="InvalidOperationException">Not contiguous, or not on the CPU.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                var length = NumberOfElements * ElementSize;
                if (!is_contiguous())
                    throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                if (length > int.MaxValue)
                    throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                return new Span<byte>(DataPointer(), (int)length);
            }
            set
            {
                if (value.Length != NumberOfElements * ElementSize)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(bytes);
            }
        }

        /// <summary>The elements through their strides.</summary>
        public Utils.TensorAccessor<T> data<T>() where T : unmanaged
        {
            CheckElementType<T>();
            return new Utils.TensorAccessor<T>(this);
        }

        /// <summary>The only element.</summary>
        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            CheckElementType<T>();
            if (device_type == DeviceType.CPU)
                unsafe
                {
                    return *(T*)DataPointer();
                }
            using var here = cpu();
            return here.item<T>();
        }

        /// <summary>The only element, as a number that other calls take.</summary>
        public Scalar ToScalar() => dtype switch
        {
            ScalarType.Bool => item<bool>(),
            var type when torch.is_integral(type) => to_type(ScalarType.Int64).ReadOnce<long>(),
            _ => to_type(ScalarType.Float64).ReadOnce<double>(),
        };

        internal unsafe void* DataPointer()
        {
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException(
                    "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            var pointer = Native.st_data_ptr(Handle);
            return pointer == null && NumberOfElements > 0 ? throw Native.Error() : pointer;
        }

        // Disposes the converted copy, but not the tensor itself when no conversion was needed: it is another handle then.
        private T ReadOnce<T>() where T : unmanaged
        {
            var value = item<T>();
            Dispose();
            return value;
        }

        private void CheckElementType<T>()
        {
            var matches = dtype switch
            {
                ScalarType.Byte => typeof(T) == typeof(byte),
                ScalarType.Int8 => typeof(T) == typeof(sbyte),
                ScalarType.Int16 => typeof(T) == typeof(short),
                ScalarType.Int32 => typeof(T) == typeof(int),
                ScalarType.Int64 => typeof(T) == typeof(long),
                ScalarType.Float16 => typeof(T) == typeof(Half),
                ScalarType.Float32 => typeof(T) == typeof(float),
                ScalarType.Float64 => typeof(T) == typeof(double),
                ScalarType.Bool => typeof(T) == typeof(bool),
                _ => false,
            };
            if (!matches)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }
    }
}

/// <summary>Reading a one-element tensor, with conversion.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();
}
