using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>Token numbers on their way into a model. A wrong one would be read past a table's end on some devices, and end the process on others.</summary>
internal static class TokenNumbers
{
    /// <summary>Token numbers as an int64 tensor.</summary>
    /// <param name="numbers">Row by row.</param>
    /// <param name="shape">Of the tensor.</param>
    /// <param name="vocabularySize">Numbers are below it.</param>
    /// <param name="device">Where the model is.</param>
    /// <exception cref="ArgumentException">A number outside the vocabulary.</exception>
    internal static Tensor ToTensor(long[] numbers, ReadOnlySpan<long> shape, int vocabularySize, Device device)
    {
        Check(numbers, vocabularySize, allowNoTarget: false);
        return tensor(numbers, shape, ScalarType.Int64, device);
    }

    /// <summary>Throws when a number is outside the vocabulary.</summary>
    internal static void Check(long[] numbers, int vocabularySize, bool allowNoTarget)
    {
        foreach (var number in numbers)
        {
            if ((ulong)number >= (ulong)vocabularySize && !(allowNoTarget && number == TrainableModel.NoTarget))
            {
                throw new ArgumentException($"token {number}: the model has {vocabularySize} tokens", nameof(numbers));
            }
        }
    }
}
