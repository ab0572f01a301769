using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>Learns the tokenizers of both sides from the training part: merge operations first, where there are some, then vocabularies.</summary>
internal static class PairTokenizers
{
    public static (SymbolTokenizer Sources, SymbolTokenizer Targets) Learn(PairTextSettings settings, PairSource source, PreparationContext context)
    {
        var (sourceCodes, targetCodes) = settings.Tokenizer == Segmentation.BytePairsName ? LearnCodes(settings, source, context) : (null, null);
        var (ofSources, ofTargets) = (SegmentationOf(settings, sourceCodes), SegmentationOf(settings, targetCodes));
        var (sources, targets) = (new VocabularyCount(), new VocabularyCount());
        foreach (var pair in source.Train())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            sources.Add(ofSources.Split(PairPreparation.Case(pair.Source, settings)));
            targets.Add(ofTargets.Split(PairPreparation.Case(pair.Target, settings)));
        }

        if (settings.SharedVocabulary)
        {
            sources.Add(targets);
            targets = sources;
        }

        return (
            new SymbolTokenizer(ofSources, sources.Pick(settings.MinimumCount, settings.MaximumVocabulary), sourceCodes),
            new SymbolTokenizer(ofTargets, targets.Pick(settings.MinimumCount, settings.MaximumVocabulary), targetCodes));
    }

    private static Segmentation SegmentationOf(PairTextSettings settings, BytePairCodes? codes) => settings.Tokenizer switch
    {
        _ when codes is not null => Segmentation.BytePairs(codes),
        CharTokenizer.Name => Segmentation.Characters,
        _ => Segmentation.Words,
    };

    private static (BytePairCodes Sources, BytePairCodes Targets) LearnCodes(PairTextSettings settings, PairSource source, PreparationContext context)
    {
        var (sources, targets) = (new Dictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var pair in source.Train())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Count(PairPreparation.Case(pair.Source, settings), sources);
            Count(PairPreparation.Case(pair.Target, settings), settings.SharedVocabulary ? sources : targets);
        }

        var codes = BytePairLearner.Learn(sources, settings.Merges, cancellation: context.Cancellation);
        return (codes, settings.SharedVocabulary ? codes : BytePairLearner.Learn(targets, settings.Merges, cancellation: context.Cancellation));
    }

    private static void Count(string line, Dictionary<string, long> words)
    {
        foreach (var word in Segmentation.Words.Split(line))
        {
            words[word] = words.GetValueOrDefault(word) + 1;
        }
    }
}
