using SeqCluster.Data.Randomness;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// Chooses tokens from scores. In C# and float64 with its own generator: the draw depends on neither torch's generator nor its version.
/// </summary>
public sealed class TokenSampler
{
    private readonly DecodingOptions options;
    private readonly SplitMix64 random;

    /// <summary>A sampler at the beginning of its random numbers.</summary>
    /// <param name="options">How tokens are chosen.</param>
    /// <param name="sequence">Which of several sequences: each has random numbers of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">Temperature, top-k or top-p is out of its range.</exception>
    public TokenSampler(DecodingOptions options, long sequence = 0)
    {
        if (!double.IsFinite(options.Temperature) || options.Temperature < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Temperature, "the temperature must be 0 or more");
        }

        if (options.TopK < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TopK, "top-k must be 0 or more");
        }

        if (!(options.TopP is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TopP, "top-p must be above 0 and at most 1");
        }

        this.options = options;
        // Step 0 is no training step: these draws never meet those of the samples.
        random = new SplitMix64(SeedDerivation.Derive(options.Seed, RandomPurpose.Sampling, step: 0, sequence));
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">[V] scores.</param>
    /// <exception cref="ArgumentException">A score is not a number: the weights are spoilt.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var token = 0; token < logits.Length; token++)
        {
            if (float.IsNaN(logits[token]))
            {
                throw new ArgumentException($"the score of token {token} is not a number: the weights are spoilt", nameof(logits));
            }

            best = logits[token] > logits[best] ? token : best;
        }

        return options.Temperature == 0 ? best : Draw(logits, logits[best]);
    }

    private int Draw(ReadOnlySpan<float> logits, float highest)
    {
        var least = Least(logits);
        var weights = new double[logits.Length];
        var total = 0.0;
        for (var token = 0; token < logits.Length; token++)
        {
            // Relative to the highest score, so that no exponential overflows.
            weights[token] = logits[token] >= least ? Math.Exp((logits[token] - (double)highest) / options.Temperature) : 0;
            total += weights[token];
        }

        if (options.TopP < 1)
        {
            total = KeepNucleus(weights, options.TopP * total);
        }

        var point = (random.Next() >> 11) * (1.0 / (1UL << 53)) * total;
        var last = 0;
        for (var token = 0; token < weights.Length; token++)
        {
            if (weights[token] == 0)
            {
                continue;
            }

            last = token;
            point -= weights[token];
            if (point < 0)
            {
                break;
            }
        }

        return last;
    }

    // Most probable first, of equals the one of the lower number; returns what the kept ones weigh together.
    private static double KeepNucleus(double[] weights, double wanted)
    {
        var order = Enumerable.Range(0, weights.Length).OrderByDescending(token => weights[token]).ToArray();
        var kept = 0.0;
        foreach (var token in order)
        {
            if (kept >= wanted)
            {
                weights[token] = 0;
            }

            kept += weights[token];
        }

        return kept;
    }

    // The k-th highest score; like nanoGPT, ties with it stay in.
    private float Least(ReadOnlySpan<float> logits)
    {
        if (options.TopK == 0 || options.TopK >= logits.Length)
        {
            return float.NegativeInfinity;
        }

        var sorted = logits.ToArray();
        Array.Sort(sorted);
        return sorted[^options.TopK];
    }
}
