namespace SeqCluster.Silo.Api;

/// <summary>The body of <c>POST /v1/jobs</c>.</summary>
public sealed record JobSubmission
{
    /// <summary>What faults call the file; without <c>name:</c> in it, the job is named after it.</summary>
    public string Name { get; init; } = "job.yaml";

    /// <summary>The text of the job file, YAML or JSON.</summary>
    public string File { get; init; } = "";

    /// <summary><c>train.steps=40</c>: laid over the file.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Full path of the folder that relative data paths start from, as the silo sees it.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>Full path of the manifest of data that is prepared already, as the silo sees it; empty: see the hash.</summary>
    public string ManifestPath { get; init; } = "";

    /// <summary>SHA-256 of that manifest; without a path the name of a dataset that was uploaded. Both empty: the silo prepares the data.</summary>
    public string ManifestSha256 { get; init; } = "";
}
