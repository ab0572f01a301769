using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>How texts in pairs become numbers: what all sources of such pairs share.</summary>
public abstract record PairTextSettings
{
    /// <summary>What a token is.</summary>
    [Description("What a token is: word (what stands between spaces), char (every character), or bpe (subwords: byte pair encoding as subword-nmt has it).")]
    [AllowedValues("word", "char", "bpe")]
    public string Tokenizer { get; init; } = "word";

    /// <summary>One vocabulary for both sides.</summary>
    [Description("One vocabulary for sources and targets.")]
    public bool SharedVocabulary { get; init; }

    /// <summary>Merge operations that are learned.</summary>
    [Description("With tokenizer: bpe, the merge operations that are learned from the training part, of both sides together with sharedVocabulary.")]
    [Range(1, 60_000)]
    public int Merges { get; init; } = 8_000;

    /// <summary>Rarer symbols are unknown.</summary>
    [Description("Symbols that occur less often in the training part are unknown.")]
    [Range(1, 1_000_000)]
    public int MinimumCount { get; init; } = 1;

    /// <summary>The most frequent ones are kept.</summary>
    [Description("At most so many symbols, the most frequent ones; 0: as many as there are.")]
    [Range(0, 65_000)]
    public int MaximumVocabulary { get; init; }

    /// <summary>Letters in lower case.</summary>
    [Description("Turns letters into lower case before anything else.")]
    public bool Lowercase { get; init; }

    /// <summary>What becomes of a pair that is longer than the model's block.</summary>
    [Description("A pair that is longer than the model's block: refuse the data, naming the lines, or drop the pair (from training only).")]
    [AllowedValues("refuse", "drop")]
    public string Overlong { get; init; } = "refuse";
}
