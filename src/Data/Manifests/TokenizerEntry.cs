namespace SeqCluster.Data.Manifests;

/// <summary>A tokenizer as manifests and checkpoints keep it: all that it takes to make it again.</summary>
public sealed record TokenizerEntry
{
    /// <summary>Its name in the job file: <c>char</c>, <c>byte</c>, <c>word</c> or <c>bpe</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// For <c>char</c> without specials: all characters in code point order. With specials: the symbols after them, in the order of
    /// their numbers, one a line.
    /// </summary>
    public string? Vocabulary { get; init; }

    /// <summary>For <c>bpe</c>: the merge operations, as subword-nmt writes them.</summary>
    public string? Codes { get; init; }

    /// <summary>Whether the numbers begin with <see cref="Tokenizing.SpecialTokens"/>; null for no.</summary>
    public bool? HasSpecials { get; init; }

    /// <summary>Number of different tokens, specials included.</summary>
    public required int Size { get; init; }
}
