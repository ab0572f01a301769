namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// Cuts words into subwords as subword-nmt's apply_bpe does, and joins them again: all subwords of a word but the last carry
/// <see cref="Separator"/>. Knows no vocabulary. For one thread at a time: it remembers words that it has seen.
/// </summary>
public sealed class BytePairSegmenter
{
    /// <summary>Marks a subword that the next one continues.</summary>
    public const string Separator = "@@";

    private const int RememberedWords = 1 << 18;

    private readonly Dictionary<(string Left, string Right), int> ranks = [];
    private readonly Dictionary<string, string[]> seen = new(StringComparer.Ordinal);

    /// <summary>A segmenter by these codes.</summary>
    public BytePairSegmenter(BytePairCodes codes)
    {
        for (var rank = 0; rank < codes.Merges.Count; rank++)
        {
            ranks.TryAdd(codes.Merges[rank], rank);
        }
    }

    /// <summary>Subwords of the words between spaces.</summary>
    public IReadOnlyList<string> Segment(string line)
    {
        var subwords = new List<string>();
        foreach (var word in line.Trim('\r', '\n', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!seen.TryGetValue(word, out var parts))
            {
                parts = Cut(word);
                if (seen.Count < RememberedWords)
                {
                    seen.Add(word, parts);
                }
            }

            subwords.AddRange(parts);
        }

        return subwords;
    }

    /// <summary>Words with single spaces between them; a separator at the very end is left out.</summary>
    public static string Join(IEnumerable<string> subwords)
    {
        var text = string.Join(' ', subwords).Replace(Separator + " ", string.Empty, StringComparison.Ordinal);
        return text.EndsWith(Separator, StringComparison.Ordinal) ? text[..^Separator.Length] : text;
    }

    private string[] Cut(string word)
    {
        var symbols = BytePairCodes.Symbols(word);
        if (symbols.Count == 1)
        {
            return [word];
        }

        while (symbols.Count > 1 && Best(symbols) is { } pair)
        {
            Merge(symbols, pair);
        }

        symbols[^1] = symbols[^1][..^BytePairCodes.WordEnd.Length];
        if (symbols[^1].Length == 0)
        {
            symbols.RemoveAt(symbols.Count - 1);
        }

        return [.. symbols.Select((symbol, place) => place < symbols.Count - 1 ? symbol + Separator : symbol)];
    }

    private (string Left, string Right)? Best(List<string> symbols)
    {
        (string, string)? best = null;
        var lowest = int.MaxValue;
        for (var place = 1; place < symbols.Count; place++)
        {
            var pair = (symbols[place - 1], symbols[place]);
            if (ranks.TryGetValue(pair, out var rank) && rank < lowest)
            {
                (best, lowest) = (pair, rank);
            }
        }

        return best;
    }

    // From left to right; in x x x the second pair overlaps the first and stays.
    private static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (var place = 0; place + 1 < symbols.Count; place++)
        {
            if (symbols[place] == pair.Left && symbols[place + 1] == pair.Right)
            {
                symbols[place] += pair.Right;
                symbols.RemoveAt(place + 1);
            }
        }
    }
}
