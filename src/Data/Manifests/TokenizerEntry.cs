namespace SeqCluster.Data.Manifests;

/// <summary>A tokenizer as manifests and checkpoints keep it: all that it takes to make it again.</summary>
public sealed record TokenizerEntry
{
    /// <summary>Its name in the job file: <c>char</c> or <c>byte</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>For <c>char</c>: all characters in code point order.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Number of different tokens.</summary>
    public required int Size { get; init; }
}
