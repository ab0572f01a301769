using System.Numerics;

namespace SeqCluster.Data.Audio;

/// <summary>
/// The discrete Fourier transform X_k = Σ_n x_n e^(−2πi kn/N) for N a power of two, in place, by Cooley and Tukey's radix-2
/// algorithm (1965): bit-reversed order first, then log₂ N rounds of butterflies.
/// </summary>
public static class FourierTransform
{
    /// <summary>Transforms in place.</summary>
    /// <exception cref="ArgumentException">The length is no power of two.</exception>
    public static void Forward(Span<Complex> values)
    {
        if (!BitOperations.IsPow2(values.Length))
        {
            throw new ArgumentException($"{values.Length} values: the transform takes a power of two", nameof(values));
        }

        Reorder(values);
        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var k = 0; k < half; k++)
            {
                var turn = Complex.FromPolarCoordinates(1, -Math.PI * k / half);
                for (var at = k; at < values.Length; at += 2 * half)
                {
                    var (even, odd) = (values[at], values[at + half] * turn);
                    (values[at], values[at + half]) = (even + odd, even - odd);
                }
            }
        }
    }

    private static void Reorder(Span<Complex> values)
    {
        var reversed = 0;
        for (var at = 1; at < values.Length; at++)
        {
            var bit = values.Length >> 1;
            for (; (reversed & bit) != 0; bit >>= 1)
            {
                reversed ^= bit;
            }

            reversed |= bit;
            if (at < reversed)
            {
                (values[at], values[reversed]) = (values[reversed], values[at]);
            }
        }
    }
}
