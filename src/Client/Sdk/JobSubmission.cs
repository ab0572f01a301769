namespace SeqCluster.Client.Sdk;

/// <summary>A job to submit. The silo checks it again by the rules of the job file, whoever sends it.</summary>
public sealed record JobSubmission
{
    /// <summary>What faults call the file, for example <c>char-lm.yaml</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The job file's text, YAML or JSON.</summary>
    public required string File { get; init; }

    /// <summary><c>train.steps=50</c>: laid over the file, in order.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Full path that relative entries of <c>data.path</c> start at.</summary>
    public string DataFolder { get; init; } = "";

    /// <summary>Full path of the prepared dataset's manifest, readable by the silo; empty for a dataset that it has already.</summary>
    public string ManifestPath { get; init; } = "";

    /// <summary>SHA-256 of the manifest; without <see cref="ManifestPath"/> the name of an uploaded dataset. Both empty: the silo prepares the data itself.</summary>
    public string ManifestSha256 { get; init; } = "";
}
