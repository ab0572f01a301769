namespace SeqCluster.Data.Tokenizing;

/// <summary>How a line becomes symbols and symbols a line again.</summary>
/// <param name="Name">In the job file.</param>
/// <param name="Split">The symbols of a line; none holds a line break.</param>
/// <param name="Join">The line of the symbols.</param>
public sealed record Segmentation(string Name, Func<string, IReadOnlyList<string>> Split, Func<IEnumerable<string>, string> Join)
{
    /// <summary>The name of <see cref="Words"/>.</summary>
    public const string WordsName = "word";

    /// <summary>The name of <see cref="BytePairs"/>.</summary>
    public const string BytePairsName = "bpe";

    /// <summary>What stands between white space.</summary>
    public static Segmentation Words { get; } = new(
        WordsName,
        static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        static words => string.Join(' ', words));

    /// <summary>Every Unicode character, spaces too.</summary>
    public static Segmentation Characters { get; } = new(
        CharTokenizer.Name,
        static line => [.. line.EnumerateRunes().Select(symbol => symbol.ToString())],
        string.Concat);

    /// <summary>The subwords of byte pair codes, of the words between white space.</summary>
    public static Segmentation BytePairs(BytePairCodes codes)
    {
        var segmenter = new BytePairSegmenter(codes);
        var gate = new Lock();
        return new Segmentation(
            BytePairsName,
            line =>
            {
                // It remembers words, for one thread at a time.
                lock (gate)
                {
                    return segmenter.Segment(string.Join(' ', Words.Split(line)));
                }
            },
            BytePairSegmenter.Join);
    }
}
