namespace SeqCluster.Data.Tokenizing;

/// <summary>Text to token numbers and back. Immutable; safe from any thread.</summary>
public interface ITokenizer
{
    /// <summary>The name in the job file: <c>char</c> or <c>byte</c>.</summary>
    string Kind { get; }

    /// <summary>Token numbers are 0 … VocabularySize − 1.</summary>
    int VocabularySize { get; }

    /// <summary>Token numbers of the text.</summary>
    /// <exception cref="UnknownSymbolException">The text has a symbol that the vocabulary lacks.</exception>
    int[] Encode(string text);

    /// <summary>The text of the token numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number outside the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> tokens);
}
