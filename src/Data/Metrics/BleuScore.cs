using System.Globalization;

namespace SeqCluster.Data.Metrics;

/// <summary>
/// BLEU of a corpus (Papineni et al. 2002) to the digit as sacrebleu (Post 2018) computes it with its defaults: tokenization
/// 13a, case kept, n-grams up to 4, exponential smoothing (Chen and Cherry 2014, method 3), no effective order.
/// <para>(1) p_n = Σ clipped matches of n-grams / Σ n-grams, in percent; the k-th order without a match has 100 / (2^k · n-grams);
/// (2) BP = exp(min(0, 1 − r/c)), c words of the hypotheses, r of the nearest references; (3) BLEU = BP · exp(¼ Σ ln p_n).</para>
/// </summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Precisions">p_1 … p_4, percent.</param>
/// <param name="BrevityPenalty">BP, 0 to 1.</param>
/// <param name="HypothesisLength">c, tokens.</param>
/// <param name="ReferenceLength">r, tokens.</param>
public sealed record BleuScore(double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, long HypothesisLength, long ReferenceLength)
{
    private const int Orders = 4;

    /// <summary>What has been computed, in sacrebleu's notation; the version names this implementation.</summary>
    /// <param name="references">References for each segment.</param>
    public static string Signature(int references = 1) =>
        string.Create(CultureInfo.InvariantCulture, $"nrefs:{references}|case:mixed|eff:no|tok:13a|smooth:exp|version:SeqCluster");

    /// <summary>The score of translations with one reference each.</summary>
    /// <exception cref="ArgumentException">Not as many references as hypotheses.</exception>
    public static BleuScore Of(IReadOnlyList<string> hypotheses, IReadOnlyList<string> references) =>
        Of(hypotheses, [references]);

    /// <summary>The score of translations with several references each.</summary>
    /// <param name="hypotheses">One for each segment.</param>
    /// <param name="referenceSets">Each a whole set: one reference for each segment.</param>
    /// <exception cref="ArgumentException">No set, or one with another number of segments.</exception>
    public static BleuScore Of(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceSets)
    {
        ReferenceSets.Check(hypotheses, referenceSets);
        var matches = new long[Orders];
        var totals = new long[Orders];
        var (hypothesisLength, referenceLength) = (0L, 0L);
        for (var segment = 0; segment < hypotheses.Count; segment++)
        {
            var hypothesis = Tokenizer13a.Tokens(hypotheses[segment]);
            var references = referenceSets.Select(set => Tokenizer13a.Tokens(set[segment])).ToList();
            hypothesisLength += hypothesis.Length;
            referenceLength += references.MinBy(reference => (Math.Abs(reference.Length - hypothesis.Length), reference.Length))!.Length;
            for (var order = 1; order <= Orders; order++)
            {
                totals[order - 1] += Math.Max(0, hypothesis.Length - order + 1);
                matches[order - 1] += Matches(hypothesis, references, order);
            }
        }

        return FromCounts(matches, totals, hypothesisLength, referenceLength);
    }

    /// <summary>As sacrebleu prints it: score, precisions, brevity penalty, lengths.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"BLEU = {Score:F2} {string.Join('/', Precisions.Select(precision => precision.ToString("F1", CultureInfo.InvariantCulture)))} (BP = {BrevityPenalty:F3} ratio = {(ReferenceLength == 0 ? 0 : (double)HypothesisLength / ReferenceLength):F3} hyp_len = {HypothesisLength} ref_len = {ReferenceLength})");

    private static BleuScore FromCounts(long[] matches, long[] totals, long hypothesisLength, long referenceLength)
    {
        var penalty = hypothesisLength >= referenceLength ? 1
            : hypothesisLength == 0 ? 0
            : Math.Exp(1 - ((double)referenceLength / hypothesisLength));
        var precisions = new double[Orders];
        if (matches.All(count => count == 0))
        {
            return new BleuScore(0, precisions, penalty, hypothesisLength, referenceLength);
        }

        var smoothing = 1.0;
        for (var order = 0; order < Orders && totals[order] > 0; order++)
        {
            smoothing *= matches[order] == 0 ? 2 : 1;
            precisions[order] = matches[order] == 0 ? 100 / (smoothing * totals[order]) : 100.0 * matches[order] / totals[order];
        }

        // An order of which there is no n-gram at all has precision 0, and so has the corpus.
        var score = precisions.Contains(0) ? 0 : penalty * Math.Exp(precisions.Sum(Math.Log) / Orders);
        return new BleuScore(score, precisions, penalty, hypothesisLength, referenceLength);
    }

    private static long Matches(string[] hypothesis, List<string[]> references, int order)
    {
        var limits = new Dictionary<NGram<string>, long>();
        foreach (var reference in references)
        {
            foreach (var (gram, count) in NGram<string>.Count(reference, order))
            {
                limits[gram] = Math.Max(count, limits.GetValueOrDefault(gram));
            }
        }

        return NGram<string>.Count(hypothesis, order).Sum(entry => Math.Min(entry.Value, limits.GetValueOrDefault(entry.Key)));
    }
}
