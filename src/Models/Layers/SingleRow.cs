using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Linear layers of a single row, as in decoding token by token. A product of matrices copies the whole weight into blocks first,
/// which for one row costs several times the product. Here the weight is read once, where it lies, from its first element to its
/// last: a step takes as long as memory takes to deliver the weights, and memory is fastest along one line. (BLAS's product with a
/// vector reads four rows at a time and gets little more than half of that.) Training, which has many rows and needs gradients, is
/// not touched.
/// </summary>
internal static class SingleRow
{
    // Sums in lanes of a fixed width, not of this machine's: the scores are the same wherever they are computed.
    private const int Stride = 4 * 8;

    /// <summary>x Wᵀ + b: [..., I] → [..., O].</summary>
    internal static Tensor Apply(this Linear layer, Tensor x) =>
        IsOne(x, layer.weight!) ? Product(x, layer.weight!, layer.bias) : layer.call(x);

    /// <summary>x Wᵀ: [..., I] → [..., O].</summary>
    internal static Tensor Apply(Tensor weight, Tensor x) =>
        IsOne(x, weight) ? Product(x, weight, null) : nn.functional.linear(x, weight);

    private static bool IsOne(Tensor x, Tensor weight) => x.numel() == weight.shape[1] && !is_grad_enabled()
        && x.device.type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32 && weight.dtype == ScalarType.Float32;

    private static Tensor Product(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var y = empty([.. x.shape[..^1], weight.shape[0]]);
        var sums = Values(y);
        Multiply(Values(weight), Values(x), sums);
        if (bias is not null)
        {
            var added = Values(bias);
            for (var row = 0; row < sums.Length; row++)
            {
                sums[row] += added[row];
            }
        }

        return y.MoveToOuterDisposeScope();
    }

    // W x, rows of W one after the other.
    private static void Multiply(ReadOnlySpan<float> weight, ReadOnlySpan<float> x, Span<float> y)
    {
        var body = x.Length - (x.Length % Stride);
        for (var row = 0; row < y.Length; row++)
        {
            var weights = weight.Slice(row * x.Length, x.Length);
            var (sum0, sum1, sum2, sum3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            ref var left = ref MemoryMarshal.GetReference(weights);
            ref var right = ref MemoryMarshal.GetReference(x);
            for (nuint column = 0; column < (nuint)body; column += Stride)
            {
                sum0 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, column), Vector256.LoadUnsafe(ref right, column), sum0);
                sum1 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, column + 8), Vector256.LoadUnsafe(ref right, column + 8), sum1);
                sum2 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, column + 16), Vector256.LoadUnsafe(ref right, column + 16), sum2);
                sum3 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, column + 24), Vector256.LoadUnsafe(ref right, column + 24), sum3);
            }

            var sum = Vector256.Sum(sum0 + sum1 + (sum2 + sum3));
            for (var column = body; column < x.Length; column++)
            {
                sum += weights[column] * x[column];
            }

            y[row] = sum;
        }
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes);
}
