using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Comparison by tolerance, with a message that names the first element that is off.</summary>
internal static class Close
{
    /// <summary>|actual − expected| ≤ tolerance · (1 + |expected|) for every element; NaN equals nothing.</summary>
    public static void Assert(string what, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Xunit.Assert.True(expected.Count == actual.Count, $"{what}: {actual.Count} elements, expected {expected.Count}");
        for (var i = 0; i < expected.Count; i++)
        {
            Xunit.Assert.True(
                Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"{what}[{i}]: {actual[i]:R}, expected {expected[i]:R}");
        }
    }

    /// <summary>All elements in order.</summary>
    public static double[] Values(Tensor tensor)
    {
        using var plain = tensor.detach().to(ScalarType.Float64).contiguous();
        return MemoryMarshal.Cast<byte, double>(plain.bytes).ToArray();
    }
}
