using System.Text.RegularExpressions;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>Gettext catalogues as pairs: line breaks become spaces, words and punctuation are parted so that words are words.</summary>
internal static partial class GettextPreparation
{
    /// <exception cref="PreparationFault">A file is missing or no catalogue; a pair does not fit.</exception>
    public static DatasetManifest Prepare(GettextSettings settings, PreparationContext context)
    {
        var files = SourceFiles.Find(context.BaseFolder, settings.Path, out var faults);
        if (faults.Count > 0)
        {
            throw new PreparationFault(faults);
        }

        var (train, validation, test) = (new List<TextPair>(), new List<TextPair>(), new List<TextPair>());
        var random = new SplitMix64(SeedDerivation.Derive(settings.Seed, RandomPurpose.Generation));
        foreach (var pair in files.SelectMany(file => Pairs(file, settings.Reversed)))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var point = (random.Next() >> 11) * (1.0 / (1UL << 53));
            (point < settings.TestFraction ? test : point < settings.TestFraction + settings.ValidationFraction ? validation : train).Add(pair);
        }

        var source = new PairSource(() => train, validation.Count == 0 ? null : () => validation, test.Count == 0 ? null : () => test, files, IsOurs: true);
        return PairPreparation.Prepare(settings, source, context);
    }

    private static IEnumerable<TextPair> Pairs(string file, bool reversed)
    {
        var number = 0;
        foreach (var (message, translation) in GettextCatalogue.Read(file))
        {
            var place = $"{Path.GetFileName(file)}, message {++number}";
            var (source, target) = reversed ? (translation, message) : (message, translation);
            var pair = new TextPair(Line(source), Line(target), place);

            // A catalogue is a program's, not a person's list of pairs: messages of white space alone are no mistake.
            if (pair is { Source.Length: > 0, Target.Length: > 0 })
            {
                yield return pair;
            }
        }
    }

    private static string Line(string text) => string.Join(' ', Parts().Matches(text).Select(match => match.Value));

    // A word with its digits and underscores, a directive of printf, or one other character that is no space.
    [GeneratedRegex(@"%[-+ #0-9.$*]*[a-zA-Z<>]|[\p{L}\p{M}\p{Nd}_]+|\S", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
