namespace SeqCluster.Models.Decoding;

/// <summary>How the next token is chosen.</summary>
public sealed record DecodingOptions
{
    /// <summary>Divides the scores: below 1 surer, above 1 freer; 0 takes the most probable token (greedy).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws among so many most probable tokens (Fan et al. 2018); 0 among all.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Draws among the fewest most probable tokens that together have at least this probability (nucleus, Holtzman et al. 2020),
    /// after <see cref="TopK"/>; 1 draws among all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>The same seed, weights and prompt give the same text.</summary>
    public long Seed { get; init; } = 1;
}
