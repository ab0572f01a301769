using System.Globalization;
using System.Text;

namespace SeqCluster.Data.Tokenizing;

/// <summary>One token for each Unicode character of the training text, numbered in code point order.</summary>
public sealed class CharTokenizer : ITokenizer
{
    /// <summary>The name in the job file.</summary>
    public const string Name = "char";

    private readonly Rune[] symbols;
    private readonly Dictionary<Rune, int> numbers = [];

    /// <summary>A tokenizer of these characters.</summary>
    /// <exception cref="ArgumentException">A character appears twice.</exception>
    public CharTokenizer(IEnumerable<Rune> vocabulary)
    {
        symbols = [.. vocabulary.Order()];
        for (var number = 0; number < symbols.Length; number++)
        {
            numbers.Add(symbols[number], number);
        }
    }

    /// <inheritdoc />
    public string Kind => Name;

    /// <inheritdoc />
    public int VocabularySize => symbols.Length;

    /// <summary>The characters in the order of their numbers.</summary>
    public IReadOnlyList<Rune> Vocabulary => symbols;

    /// <summary>The number of one character, or null.</summary>
    public int? NumberOf(Rune symbol) => numbers.TryGetValue(symbol, out var number) ? number : null;

    /// <inheritdoc />
    public int[] Encode(string text)
    {
        var tokens = new List<int>(text.Length);
        var position = 0;
        foreach (var symbol in text.EnumerateRunes())
        {
            tokens.Add(NumberOf(symbol) ?? throw new UnknownSymbolException(Printable(symbol), position));
            position += symbol.Utf16SequenceLength;
        }

        return [.. tokens];
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder(tokens.Length);
        foreach (var token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)symbols.Length, nameof(tokens));
            text.Append(symbols[token].ToString());
        }

        return text.ToString();
    }

    private static string Printable(Rune symbol) =>
        Rune.IsControl(symbol) ? string.Create(CultureInfo.InvariantCulture, $"U+{symbol.Value:X4}") : symbol.ToString();
}
