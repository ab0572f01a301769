namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// Learns byte pair codes from text as subword-nmt's learn_bpe does, to the same operations in the same order: it merges the
/// most frequent pair of neighbouring symbols inside words, again and again; of pairs that are equally frequent it takes the
/// one whose symbols come last in code point order.
/// </summary>
/// <remarks>
/// subword-nmt finds the most frequent pair in statistics from which rare pairs are pruned into a second table. A pair whose
/// count grows again after it was pruned (its symbols can come about by different merges) is then counted short. Codes must not
/// differ from theirs, so the pruning is part of the algorithm here.
/// </remarks>
public sealed class BytePairLearner
{
    private readonly SymbolTable symbols = new();
    private readonly List<(List<int> Symbols, long Count)> words = [];

    // For each pair of neighbours: how often it occurs, and how often in which word.
    private readonly Dictionary<(int Left, int Right), Dictionary<int, int>> occurrences = [];
    private readonly Dictionary<(int Left, int Right), long> all;
    private Dictionary<(int Left, int Right), long> frequent = [];

    private BytePairLearner(IEnumerable<KeyValuePair<string, long>> wordCounts)
    {
        foreach (var (word, count) in wordCounts)
        {
            var parts = BytePairCodes.Symbols(word).ConvertAll(symbols.NumberOf);
            words.Add((parts, count));
            for (var place = 1; place < parts.Count; place++)
            {
                Add((parts[place - 1], parts[place]), words.Count - 1, count);
            }
        }

        all = new(frequent);
    }

    /// <summary>Counts the words of lines: what stands between spaces.</summary>
    public static Dictionary<string, long> CountWords(IEnumerable<string> lines)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in lines.SelectMany(line => line.Trim('\r', '\n', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return counts;
    }

    /// <summary>Learns codes.</summary>
    /// <param name="wordCounts">Each word of the text once, with its count; words are not empty.</param>
    /// <param name="merges">So many operations, if there are so many.</param>
    /// <param name="minimumFrequency">Pairs that are rarer are left alone.</param>
    /// <param name="cancellation">Checked before each operation.</param>
    public static BytePairCodes Learn(
        IEnumerable<KeyValuePair<string, long>> wordCounts, int merges, int minimumFrequency = 2, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        return new BytePairCodes(new BytePairLearner(wordCounts).Learn(merges, minimumFrequency, cancellation));
    }

    private List<(string, string)> Learn(int merges, int minimumFrequency, CancellationToken cancellation)
    {
        var learned = new List<(string, string)>(merges);
        var threshold = frequent.Count == 0 ? 0 : frequent.Values.Max() / 10.0;
        for (var number = 0; number < merges; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var best = MostFrequent();
            if (best is null || (number > 0 && frequent[best.Value] < threshold))
            {
                // Perhaps the best pair has been pruned: back to the full statistics.
                Prune(threshold);
                frequent = new(all);
                best = MostFrequent();
                threshold = best is null ? 0 : frequent[best.Value] * number / (number + 10_000.0);
                Prune(threshold);
            }

            if (best is not { } pair || frequent.GetValueOrDefault(pair) < minimumFrequency)
            {
                break;
            }

            learned.Add((symbols[pair.Left], symbols[pair.Right]));
            Merge(pair);
            if (number % 100 == 0)
            {
                Prune(threshold);
            }
        }

        return learned;
    }

    private (int Left, int Right)? MostFrequent()
    {
        (int Left, int Right)? best = null;
        var highest = long.MinValue;
        foreach (var (pair, count) in frequent)
        {
            if (count > highest || (count == highest && symbols.Compare(pair, best!.Value) > 0))
            {
                (best, highest) = (pair, count);
            }
        }

        return best;
    }

    private void Prune(double threshold)
    {
        foreach (var (pair, count) in frequent.Where(entry => entry.Value < threshold).ToList())
        {
            frequent.Remove(pair);
            all[pair] = count < 0 ? all.GetValueOrDefault(pair) + count : count;
        }
    }

    private void Merge((int Left, int Right) pair)
    {
        var merged = symbols.NumberOf(symbols[pair.Left] + symbols[pair.Right]);
        var places = occurrences.GetValueOrDefault(pair) ?? [];
        occurrences[pair] = [];
        frequent[pair] = 0;
        foreach (var word in places.Where(entry => entry.Value > 0).Select(entry => entry.Key))
        {
            var (before, count) = words[word];
            var after = Merged(before, pair, merged);
            words[word] = (after, count);
            ForgetNeighbours(before, pair, word, count);
            CountNeighbours(after, merged, word, count);
        }

        frequent[pair] = 0;
    }

    private static List<int> Merged(List<int> word, (int Left, int Right) pair, int merged)
    {
        var result = new List<int>(word.Count);
        for (var place = 0; place < word.Count; place++)
        {
            var isPair = word[place] == pair.Left && place + 1 < word.Count && word[place + 1] == pair.Right;
            result.Add(isPair ? merged : word[place]);
            place += isPair ? 1 : 0;
        }

        return result;
    }

    // In A B C D, merging B C takes away A B and C D. In A B C B C the pair C B between two merges is taken away once.
    private void ForgetNeighbours(List<int> word, (int Left, int Right) pair, int number, long count)
    {
        var place = 0;
        while ((place = word.IndexOf(pair.Left, place)) >= 0)
        {
            if (place + 1 >= word.Count || word[place + 1] != pair.Right)
            {
                place++;
                continue;
            }

            if (place > 0)
            {
                Add((word[place - 1], word[place]), number, -count);
            }

            var isFollowedByPair = place + 3 < word.Count && word[place + 2] == pair.Left && word[place + 3] == pair.Right;
            if (place + 2 < word.Count && !isFollowedByPair)
            {
                Add((word[place + 1], word[place + 2]), number, -count);
            }

            place += 2;
        }
    }

    private void CountNeighbours(List<int> word, int merged, int number, long count)
    {
        for (var place = word.IndexOf(merged); place >= 0; place = word.IndexOf(merged, place + 1))
        {
            if (place > 0)
            {
                Add((word[place - 1], merged), number, count);
            }

            if (place + 1 < word.Count && word[place + 1] != merged)
            {
                Add((merged, word[place + 1]), number, count);
            }
        }
    }

    private void Add((int Left, int Right) pair, int word, long count)
    {
        frequent[pair] = frequent.GetValueOrDefault(pair) + count;
        if (!occurrences.TryGetValue(pair, out var places))
        {
            occurrences.Add(pair, places = []);
        }

        places[word] = places.GetValueOrDefault(word) + Math.Sign(count);
    }

    /// <summary>Symbols as numbers, which compare and hash faster.</summary>
    private sealed class SymbolTable
    {
        private readonly List<string> texts = [];
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

        public string this[int number] => texts[number];

        public int NumberOf(string text)
        {
            if (!numbers.TryGetValue(text, out var number))
            {
                numbers.Add(text, number = texts.Count);
                texts.Add(text);
            }

            return number;
        }

        public int Compare((int Left, int Right) one, (int Left, int Right) other)
        {
            var first = CodePointOrder.Compare(texts[one.Left], texts[other.Left]);
            return first != 0 ? first : CodePointOrder.Compare(texts[one.Right], texts[other.Right]);
        }
    }
}
