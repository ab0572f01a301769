namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// The first four numbers of every vocabulary of pairs. Their meaning is fixed, so that models and decoders need no table; a text
/// cannot spell them.
/// </summary>
public static class SpecialTokens
{
    /// <summary><c>&lt;pad&gt;</c>: fills rows up; no model may look at it.</summary>
    public const int Padding = 0;

    /// <summary><c>&lt;bos&gt;</c>: what a decoder reads before its first token.</summary>
    public const int Begin = 1;

    /// <summary><c>&lt;eos&gt;</c>: the end of a sequence, source or target.</summary>
    public const int End = 2;

    /// <summary><c>&lt;unk&gt;</c>: a symbol that the vocabulary lacks.</summary>
    public const int Unknown = 3;

    /// <summary>How many there are: the first symbol of a text has this number.</summary>
    public const int Count = 4;

    /// <summary>Their names, in the order of their numbers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["<pad>", "<bos>", "<eos>", "<unk>"];
}
