using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Tokenizing;

/// <summary>Makes tokenizers from what manifests and checkpoints keep. A tokenizer is one file plus one line here.</summary>
public static class TokenizerCatalog
{
    /// <summary>The tokenizer that an entry describes.</summary>
    /// <exception cref="InvalidDataException">The kind is unknown, or the entry lacks its vocabulary.</exception>
    public static ITokenizer Create(TokenizerEntry entry) => (entry.Kind, entry.HasSpecials ?? false) switch
    {
        (CharTokenizer.Name, false) => new CharTokenizer(VocabularyOf(entry).EnumerateRunes()),
        (ByteTokenizer.Name, false) => new ByteTokenizer(),
        (CharTokenizer.Name, true) => new SymbolTokenizer(Segmentation.Characters, VocabularyOf(entry).Split('\n')),
        (Segmentation.WordsName, true) => new SymbolTokenizer(Segmentation.Words, VocabularyOf(entry).Split('\n')),
        (Segmentation.BytePairsName, true) => BytePairTokenizer(entry),
        _ => throw new InvalidDataException($"tokenizer {entry.Kind}: this program does not know it"),
    };

    private static SymbolTokenizer BytePairTokenizer(TokenizerEntry entry)
    {
        var codes = BytePairCodes.Parse(entry.Codes ?? throw new InvalidDataException($"tokenizer {entry.Kind}: its codes are missing"));
        return new SymbolTokenizer(Segmentation.BytePairs(codes), VocabularyOf(entry).Split('\n'), codes);
    }

    private static string VocabularyOf(TokenizerEntry entry) =>
        entry.Vocabulary ?? throw new InvalidDataException($"tokenizer {entry.Kind}: its vocabulary is missing");
}
