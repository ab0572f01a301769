using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a CPU tensor in row-major order, whatever its strides.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly long[] shape;
    private readonly long[] strides;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
            throw new InvalidOperationException(
                "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        this.tensor = tensor.alias();
        shape = tensor.shape;
        strides = tensor.stride();
        Count = tensor.numel();
    }

    internal long Count { get; }

    public unsafe T this[params long[] indices]
    {
        get => *Element(indices);
        set => *Element(indices) = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    internal void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    internal unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        for (var i = tensorIndex; i < Count; i++)
            array[arrayIndex++] = *At(i);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => tensor.Dispose();

    private unsafe T Read(long position) => *At(position);

    private unsafe T* At(long position)
    {
        long offset = 0;
        for (var dim = shape.Length - 1; dim >= 0; dim--)
        {
            offset += position % shape[dim] * strides[dim];
            position /= shape[dim];
        }
        return (T*)tensor.DataPointer() + offset;
    }

    private unsafe T* Element(long[] indices)
    {
        if (indices.Length != shape.Length)
            throw new ArgumentException($"{indices.Length} indices for {shape.Length} dimensions");
        long offset = 0;
        for (var dim = 0; dim < shape.Length; dim++)
        {
            var index = indices[dim] < 0 ? indices[dim] + shape[dim] : indices[dim];
            if (index < 0 || index >= shape[dim])
                throw new IndexOutOfRangeException($"index {indices[dim]} of dimension {dim}, which has {shape[dim]}");
            offset += index * strides[dim];
        }
        return (T*)tensor.DataPointer() + offset;
    }
}
