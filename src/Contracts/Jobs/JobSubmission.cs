namespace SeqCluster.Contracts.Jobs;

/// <summary>A job to submit, the body of <c>POST /v1/jobs</c>. The silo checks it by the rules of the job file, whoever sends it.</summary>
[GenerateSerializer, Immutable]
public sealed record JobSubmission
{
    /// <summary>What faults call the file, for example <c>char-lm.yaml</c>; without <c>name:</c> in it, the job is named after it.</summary>
    [Id(0)] public string Name { get; init; } = "job.yaml";

    /// <summary>The job file's text, YAML or JSON.</summary>
    [Id(1)] public string File { get; init; } = "";

    /// <summary><c>train.steps=50</c>: laid over the file, in order.</summary>
    [Id(2)] public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Full path of the folder that relative entries of <c>data.path</c> start at, as the silo sees it.</summary>
    [Id(3)] public string DataFolder { get; init; } = "";

    /// <summary>Full path of the prepared dataset's manifest, as the silo sees it; empty for a dataset that it has already.</summary>
    [Id(4)] public string ManifestPath { get; init; } = "";

    /// <summary>SHA-256 of the manifest; without <see cref="ManifestPath"/> the name of an uploaded dataset. Both empty: the silo prepares the data itself.</summary>
    [Id(5)] public string ManifestSha256 { get; init; } = "";

    /// <summary>SHA-256 that seals the manifest of an uploaded checkpoint, which is what <c>start.checkpoint</c> names then; empty: the silo finds it itself.</summary>
    [Id(6)] public string StartSha256 { get; init; } = "";
}
