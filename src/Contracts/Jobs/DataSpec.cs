namespace SeqCluster.Contracts.Jobs;

/// <summary>The data of a job: a prepared dataset, named by its content.</summary>
[GenerateSerializer, Immutable]
public sealed record DataSpec
{
    /// <summary><c>text</c> today; pairs, audio and series come with their models.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>Files, folders or globs as the job file gives them. Kept for people; training reads the dataset.</summary>
    [Id(1)] public required IReadOnlyList<string> Path { get; init; }

    /// <summary><c>char</c> or <c>byte</c>.</summary>
    [Id(2)] public required string Tokenizer { get; init; }

    /// <summary>The last part of the text held out for evaluation, 0 to 0.5.</summary>
    [Id(3)] public required double ValidationFraction { get; init; }

    /// <summary>SHA-256 of the manifest: what the workers really train on. Empty until the data is prepared.</summary>
    [Id(4)] public string ManifestSha256 { get; init; } = "";

    /// <summary>Where the manifest lies, a path that silo and workers can read. Empty until the data is prepared.</summary>
    [Id(5)] public string ManifestPath { get; init; } = "";
}
