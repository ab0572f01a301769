namespace SeqCluster.Models.Decoding;

/// <summary>Takes away the tokens that may not come next: those that never may, an early end, the end of an n-gram that was there before.</summary>
internal sealed class TokenRules(SequenceOptions options, int end, IReadOnlyList<int> forbidden)
{
    /// <summary>Sets log-probabilities of what is not allowed to −∞.</summary>
    /// <param name="scores">[V].</param>
    /// <param name="history">Tokens of the sequence so far, without the begin token.</param>
    internal void Apply(Span<float> scores, IReadOnlyList<int> history)
    {
        foreach (var token in forbidden)
        {
            scores[token] = float.NegativeInfinity;
        }

        if (history.Count < options.MinimumLength)
        {
            scores[end] = float.NegativeInfinity;
        }

        if (options.BlockedNGram > 0)
        {
            BlockRepeats(scores, history, options.BlockedNGram - 1);
        }
    }

    private static void BlockRepeats(Span<float> scores, IReadOnlyList<int> history, int prefix)
    {
        for (var start = 0; start + prefix < history.Count; start++)
        {
            var matched = 0;
            while (matched < prefix && history[start + matched] == history[history.Count - prefix + matched])
            {
                matched++;
            }

            if (matched == prefix)
            {
                scores[history[start + prefix]] = float.NegativeInfinity;
            }
        }
    }
}
