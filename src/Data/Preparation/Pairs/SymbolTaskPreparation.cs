using System.Globalization;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>
/// Makes the sequences of the symbol tasks. Which part a sequence belongs to follows from the sequence itself, so that none of the
/// held-out ones is ever trained on, however few there are.
/// </summary>
internal static class SymbolTaskPreparation
{
    private const ulong Parts = 10;

    public static DatasetManifest Copy(SymbolTaskSettings settings, PreparationContext context) => Prepare(settings, context, static symbols => symbols);

    public static DatasetManifest Reverse(SymbolTaskSettings settings, PreparationContext context) =>
        Prepare(settings, context, static symbols => [.. symbols.Reverse()]);

    public static DatasetManifest Sort(SymbolTaskSettings settings, PreparationContext context) =>
        Prepare(settings, context, static symbols => [.. symbols.Order()]);

    private static DatasetManifest Prepare(SymbolTaskSettings settings, PreparationContext context, Func<int[], int[]> answer)
    {
        var tokenizer = new SymbolTokenizer(Segmentation.Words, Enumerable.Range(0, settings.Symbols).Select(Name));
        var source = new PairSource(
            () => Pairs(settings, "training", settings.Examples, 0, answer),
            () => Pairs(settings, "validation", settings.ValidationExamples, 1, answer),
            () => Pairs(settings, "test", settings.TestExamples, 2, answer),
            []);
        return PairPreparation.Prepare(new SymbolTextSettings(), source, tokenizer, tokenizer, context);
    }

    private static IEnumerable<TextPair> Pairs(SymbolTaskSettings settings, string name, int count, int part, Func<int[], int[]> answer)
    {
        var random = new SplitMix64(SeedDerivation.Derive(settings.Seed, RandomPurpose.Generation, part));
        var shortest = settings.MinimumLength == 0 ? settings.Length : settings.MinimumLength;
        for (var number = 1; number <= count; number++)
        {
            int[] symbols;
            do
            {
                symbols = new int[shortest + random.Next(settings.Length - shortest + 1L)];
                for (var place = 0; place < symbols.Length; place++)
                {
                    symbols[place] = (int)random.Next(settings.Symbols);
                }
            }
            while (PartOf(symbols) != part);
            yield return new TextPair(Line(symbols), Line(answer(symbols)), $"{name} sequence {number}");
        }
    }

    // One tenth is validation, one tenth test, the rest is trained on.
    private static int PartOf(int[] symbols)
    {
        var hash = (ulong)symbols.Length;
        foreach (var symbol in symbols)
        {
            hash = SplitMix64.Mix(hash ^ (ulong)symbol);
        }

        return (hash % Parts) switch { 0 => 1, 1 => 2, _ => 0 };
    }

    private static string Line(IEnumerable<int> symbols) => string.Join(' ', symbols.Select(Name));

    private static string Name(int symbol) => symbol.ToString(CultureInfo.InvariantCulture);

    /// <summary>Symbols need no settings of text.</summary>
    private sealed record SymbolTextSettings : PairTextSettings;
}
