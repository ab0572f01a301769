namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>Counts symbols and picks a vocabulary: most frequent first, equally frequent ones in ordinal order.</summary>
internal sealed class VocabularyCount
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(IEnumerable<string> symbols)
    {
        foreach (var symbol in symbols)
        {
            counts[symbol] = counts.GetValueOrDefault(symbol) + 1;
        }
    }

    public void Add(VocabularyCount other)
    {
        foreach (var (symbol, count) in other.counts)
        {
            counts[symbol] = counts.GetValueOrDefault(symbol) + count;
        }
    }

    /// <summary>The vocabulary.</summary>
    /// <param name="minimumCount">Rarer symbols are left out.</param>
    /// <param name="maximum">At most so many; 0 for all.</param>
    public IReadOnlyList<string> Pick(int minimumCount, int maximum) =>
    [
        .. counts.Where(entry => entry.Value >= minimumCount)
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(maximum == 0 ? int.MaxValue : maximum)
            .Select(entry => entry.Key),
    ];
}
