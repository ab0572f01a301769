using System.ComponentModel;
using System.Text.Json.Nodes;

namespace SeqCluster.JobFiles.Tests;

/// <summary>The settings of a model that knows its own.</summary>
public sealed record FreeSettings
{
    [Description("The file.")]
    public required string Assembly { get; init; }

    [Description("Its own.")]
    public JsonObject Settings { get; init; } = [];
}
