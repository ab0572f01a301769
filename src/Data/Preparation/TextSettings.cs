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

    /// <summary>The last part of the text, or of each of its pieces, held out for evaluation.</summary>
    [Description("The last part of the text, or of each of its validationPieces, held out for evaluation.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Equally long pieces of the text, the end of each of which is held out.</summary>
    [Description("Equally long pieces of the text, the end of each of which is held out; char-rnn has as many as rows in its batch. 1: the end of the text.")]
    [Range(1, 65_536)]
    public int ValidationPieces { get; init; } = 1;
}
