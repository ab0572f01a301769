using System.Globalization;

namespace SeqCluster.Data.Metrics;

/// <summary>
/// chrF (Popović 2015) and chrF++ (Popović 2017, with words) as sacrebleu computes them with its defaults: character n-grams
/// up to 6 without white space, β = 2, case kept, orders that occur on both sides only.
/// <para>F = (1 + β²) P R / (β² P + R), P and R the means of precision and recall over the orders; of several references the
/// one that scores best for its segment.</para>
/// </summary>
public static class CharacterFScore
{
    private const int CharacterOrders = 6;
    private const int RecallWeight = 2 * 2;
    private const string Marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>What has been computed, in sacrebleu's notation; the version names this implementation.</summary>
    /// <param name="references">References for each segment.</param>
    /// <param name="wordOrders">0 for chrF, 2 for chrF++.</param>
    public static string Signature(int references = 1, int wordOrders = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"nrefs:{references}|case:mixed|eff:yes|nc:{CharacterOrders}|nw:{wordOrders}|space:no|version:SeqCluster");

    /// <summary>The score of a corpus, 0 to 100.</summary>
    /// <param name="hypotheses">One for each segment.</param>
    /// <param name="referenceSets">Each a whole set: one reference for each segment.</param>
    /// <param name="wordOrders">0 for chrF, 2 for chrF++.</param>
    /// <exception cref="ArgumentException">No set, or one with another number of segments.</exception>
    public static double Of(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceSets, int wordOrders = 0)
    {
        ReferenceSets.Check(hypotheses, referenceSets);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrders);
        var sums = new OrderCounts[CharacterOrders + wordOrders];
        for (var segment = 0; segment < hypotheses.Count; segment++)
        {
            var best = referenceSets.Select(set => Counts(hypotheses[segment], set[segment], wordOrders)).MaxBy(Score)!;
            for (var order = 0; order < sums.Length; order++)
            {
                sums[order] += best[order];
            }
        }

        return Score(sums);
    }

    private static OrderCounts[] Counts(string hypothesis, string reference, int wordOrders)
    {
        var (characters, referenceCharacters) = (Characters(hypothesis), Characters(reference));
        var (words, referenceWords) = (Words(hypothesis), Words(reference));
        return
        [
            .. Enumerable.Range(1, CharacterOrders).Select(order => OrderCounts.Of(characters, referenceCharacters, order)),
            .. Enumerable.Range(1, wordOrders).Select(order => OrderCounts.Of(words, referenceWords, order)),
        ];
    }

    private static double Score(OrderCounts[] counts)
    {
        var (precision, recall, orders) = (0.0, 0.0, 0);
        foreach (var order in counts.Where(order => order.Hypothesis > 0 && order.Reference > 0))
        {
            precision += (double)order.Matches / order.Hypothesis;
            recall += (double)order.Matches / order.Reference;
            orders++;
        }

        return precision + recall == 0
            ? 0
            : 100 * (1 + RecallWeight) * (precision / orders) * (recall / orders) / ((RecallWeight * precision / orders) + (recall / orders));
    }

    private static int[] Characters(string text) =>
        [.. string.Concat(WhiteSpace.Split(text)).EnumerateRunes().Select(symbol => symbol.Value)];

    // A word of two characters or more gives up one mark, the last before the first.
    private static string[] Words(string text) =>
        [.. WhiteSpace.Split(text).SelectMany<string, string>(word =>
            word.Length == 1 ? [word]
            : Marks.Contains(word[^1], StringComparison.Ordinal) ? [word[..^1], word[^1..]]
            : Marks.Contains(word[0], StringComparison.Ordinal) ? [word[..1], word[1..]]
            : [word])];

    private readonly record struct OrderCounts(long Hypothesis, long Reference, long Matches)
    {
        public static OrderCounts operator +(OrderCounts left, OrderCounts right) =>
            new(left.Hypothesis + right.Hypothesis, left.Reference + right.Reference, left.Matches + right.Matches);

        public static OrderCounts Of<T>(T[] hypothesis, T[] reference, int order)
            where T : IEquatable<T>
        {
            var limits = NGram<T>.Count(reference, order);
            var found = NGram<T>.Count(hypothesis, order);
            // Without an n-gram in the reference there is nothing to be precise about.
            return new OrderCounts(
                limits.Count > 0 ? found.Values.Sum() : 0,
                limits.Values.Sum(),
                found.Sum(entry => Math.Min(entry.Value, limits.GetValueOrDefault(entry.Key))));
        }
    }
}
