using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation;

/// <summary>The settings of <c>data.kind: text</c>: files as one stream of tokens.</summary>
public sealed record TextSettings
{
    /// <summary>Files, folders or patterns.</summary>
    [Description("Files, folders or patterns (*, ?, **), relative to the job file.")]
    [MinLength(1)]
    [FilePath]
    public required List<string> Path { get; init; }

    /// <summary>How text becomes numbers.</summary>
    [Description("How text becomes numbers.")]
    [AllowedValues("char", "byte")]
    public string Tokenizer { get; init; } = "char";

    /// <summary>The last part of the text, held out for evaluation.</summary>
    [Description("The last part of the text, held out for evaluation.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;
}
