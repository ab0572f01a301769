using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// Lines to token numbers by a vocabulary of symbols, for pairs: numbers begin with <see cref="SpecialTokens"/>, and a symbol that the
/// vocabulary lacks is <see cref="SpecialTokens.Unknown"/>, not a fault.
/// </summary>
public sealed class SymbolTokenizer : ITokenizer
{
    private readonly Segmentation segmentation;
    private readonly BytePairCodes? codes;
    private readonly string[] symbols;
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>A tokenizer of these symbols.</summary>
    /// <param name="segmentation">What a symbol is.</param>
    /// <param name="vocabulary">In the order of their numbers, specials left out.</param>
    /// <param name="codes">The codes that the segmentation goes by, when it does: they are kept with the vocabulary.</param>
    /// <exception cref="ArgumentException">A symbol appears twice.</exception>
    public SymbolTokenizer(Segmentation segmentation, IEnumerable<string> vocabulary, BytePairCodes? codes = null)
    {
        this.segmentation = segmentation;
        this.codes = codes;
        symbols = [.. SpecialTokens.Names, .. vocabulary];
        for (var number = SpecialTokens.Count; number < symbols.Length; number++)
        {
            numbers.Add(symbols[number], number);
        }
    }

    /// <inheritdoc />
    public string Kind => segmentation.Name;

    /// <inheritdoc />
    public int VocabularySize => symbols.Length;

    /// <summary>The symbol of a number, specials by their names.</summary>
    public string this[int token] => symbols[token];

    /// <inheritdoc />
    /// <remarks>Symbols that the vocabulary lacks become <see cref="SpecialTokens.Unknown"/>.</remarks>
    public int[] Encode(string text)
    {
        var parts = segmentation.Split(text);
        var tokens = new int[parts.Count];
        for (var place = 0; place < tokens.Length; place++)
        {
            tokens[place] = numbers.GetValueOrDefault(parts[place], SpecialTokens.Unknown);
        }

        return tokens;
    }

    /// <inheritdoc />
    /// <remarks>Padding, begin and end leave no trace; an unknown symbol is its name.</remarks>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var parts = new List<string>(tokens.Length);
        foreach (var token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)symbols.Length, nameof(tokens));
            if (token >= SpecialTokens.Unknown)
            {
                parts.Add(symbols[token]);
            }
        }

        return segmentation.Join(parts);
    }

    /// <summary>What manifests and checkpoints keep of it.</summary>
    public TokenizerEntry ToEntry() => new()
    {
        Kind = Kind,
        Vocabulary = string.Join('\n', symbols.Skip(SpecialTokens.Count)),
        Codes = codes?.ToString(),
        HasSpecials = true,
        Size = symbols.Length,
    };
}
