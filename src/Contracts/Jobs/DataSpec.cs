using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>The data of a job: what to prepare, and after that the prepared dataset, named by its content.</summary>
[GenerateSerializer, Immutable]
public sealed record DataSpec
{
    /// <summary>What kind of samples.</summary>
    [Id(0)]
    [Description("What kind of samples.")]
    [AllowedValues("text")]
    public string Kind { get; init; } = "text";

    /// <summary>Files, folders or patterns. Kept for people; training reads the dataset.</summary>
    [Id(1)]
    [Description("Files, folders or patterns (*, ?, **), relative to the job file.")]
    [MinLength(1)]
    public required List<string> Path { get; init; }

    /// <summary>How text becomes numbers.</summary>
    [Id(2)]
    [Description("How text becomes numbers.")]
    [AllowedValues("char", "byte")]
    public string Tokenizer { get; init; } = "char";

    /// <summary>The last part of the text, held out for evaluation.</summary>
    [Id(3)]
    [Description("The last part of the text, held out for evaluation.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>SHA-256 of the manifest: what the workers really train on. Empty until the data is prepared.</summary>
    [Id(4)]
    public string ManifestSha256 { get; init; } = "";

    /// <summary>Full path of the manifest, readable by silo and workers. Empty until the data is prepared.</summary>
    [Id(5)]
    public string ManifestPath { get; init; } = "";
}
