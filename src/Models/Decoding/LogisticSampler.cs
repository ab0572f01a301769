using SeqCluster.Data.Randomness;
using SeqCluster.Models.Layers;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// Draws levels from a mixture of logistics: a component by its weight, then x = μ + s ln(u / (1 − u)), u uniform. In C# and
/// float64 with its own generator, as <see cref="TokenSampler"/>.
/// </summary>
public sealed class LogisticSampler(DecodingOptions options, int levels)
{
    private readonly TokenSampler components = new(options);
    private readonly SplitMix64 random = new(SeedDerivation.Derive(options.Seed, RandomPurpose.Sampling, step: 0, replica: 1));

    /// <summary>The next level. The temperature scales s and the choice of the component; at 0 it is the mean of the likeliest.</summary>
    /// <param name="parameters">[3M]: scores, means, log scales.</param>
    public int Next(ReadOnlySpan<float> parameters)
    {
        var mixtures = parameters.Length / 3;
        var component = components.Next(parameters[..mixtures]);
        double mean = parameters[mixtures + component];
        var scale = Math.Exp(Math.Max(parameters[(2 * mixtures) + component], LogisticMixture.LogScaleMinimum));
        // Never 0 and never 1.
        var uniform = ((random.Next() >> 11) + 0.5) / (1UL << 53);
        var x = mean + (options.Temperature * scale * Math.Log(uniform / (1 - uniform)));
        return (int)Math.Round((Math.Clamp(x, -1, 1) + 1) / 2 * (levels - 1));
    }
}
