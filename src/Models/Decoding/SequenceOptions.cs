namespace SeqCluster.Models.Decoding;

/// <summary>How whole target sequences are found: greedily (the default), by beam search, or by drawing.</summary>
public sealed record SequenceOptions
{
    /// <summary>The widest beam: each row of it is a row of the model's batch.</summary>
    public const int BeamWidthMaximum = 100;

    /// <summary>Hypotheses that are followed at a time; 1 is greedy.</summary>
    public int BeamWidth { get; init; } = 1;

    /// <summary>What beam search divides log-probabilities by.</summary>
    public LengthPenalty LengthPenalty { get; init; } = LengthPenalty.Wu;

    /// <summary>α; 0 divides by nothing.</summary>
    public double LengthPenaltyAlpha { get; init; } = 0.6;

    /// <summary>No run of so many tokens occurs twice in one sequence (Paulus et al. 2018); 0 allows all.</summary>
    public int BlockedNGram { get; init; }

    /// <summary>Tokens before the end may come.</summary>
    public int MinimumLength { get; init; }

    /// <summary>Tokens at most, without the end; a sequence that is not over by then is cut.</summary>
    public int MaximumLength { get; init; } = 100;

    /// <summary>Draws tokens instead of taking the best; null does not. Beams of width 1 only.</summary>
    public DecodingOptions? Sampling { get; init; }

    /// <summary>Throws when values are out of their ranges or exclude each other; names all of them.</summary>
    /// <exception cref="ArgumentException">What is wrong, and what would be allowed.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }

        Require(BeamWidth is >= 1 and <= BeamWidthMaximum, $"beam width {BeamWidth}: must be from 1 to {BeamWidthMaximum}");
        Require(double.IsFinite(LengthPenaltyAlpha) && LengthPenaltyAlpha >= 0, $"length penalty {LengthPenaltyAlpha}: must be 0 or more");
        Require(BlockedNGram >= 0, $"blocked n-gram {BlockedNGram}: must be 0 or more");
        Require(MinimumLength >= 0, $"minimum length {MinimumLength}: must be 0 or more");
        Require(MaximumLength > MinimumLength, $"maximum length {MaximumLength}: must be above the minimum length {MinimumLength}");
        Require(Sampling is null || BeamWidth == 1, $"beam width {BeamWidth}: must be 1 when tokens are drawn");
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }
    }
}
