using System.ComponentModel;

namespace SeqCluster.Contracts.Jobs;

/// <summary>The data of a job: what to prepare, and after that the prepared dataset, named by its content.</summary>
[GenerateSerializer, Immutable]
public sealed record DataSpec
{
    /// <summary>Where the samples come from: the name under which a source is registered, for example <c>text</c>.</summary>
    [Id(0)]
    [Description("Where the samples come from.")]
    public string Kind { get; init; } = "text";

    /// <summary>The source's settings, defaults filled in, as a JSON object. Training reads the dataset that was made by them.</summary>
    [Id(6)]
    public string SettingsJson { get; init; } = "{}";

    /// <summary>SHA-256 of the manifest: what the workers really train on. Empty until the data is prepared.</summary>
    [Id(4)]
    public string ManifestSha256 { get; init; } = "";

    /// <summary>Full path of the manifest, readable by silo and workers. Empty until the data is prepared.</summary>
    [Id(5)]
    public string ManifestPath { get; init; } = "";
}
