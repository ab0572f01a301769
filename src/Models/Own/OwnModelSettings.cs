using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace SeqCluster.Models.Own;

/// <summary>
/// A model that somebody else wrote: <c>model: {assembly: My.dll, type: My.Net}</c>. Clients and silos read these words alone; only
/// a worker that was told to allow the assembly loads it.
/// </summary>
public sealed record OwnModelSettings
{
    /// <summary>The kind under which job files name it; it may be left out beside <c>assembly</c>.</summary>
    public const string Kind = "own";

    /// <summary>The setting that tells the kind when <c>kind</c> is left out.</summary>
    public const string Mark = "assembly";

    /// <summary>The file.</summary>
    [Description("The assembly's file, relative to the job file. A worker loads it only if it was started with --allow-assembly for it.")]
    public required string Assembly { get; init; }

    /// <summary>The class in it.</summary>
    [Description("The model's class with its namespace: public, derived from TrainableModel, with a constructor (settings, DataDescription).")]
    public required string Type { get; init; }

    /// <summary>Which content of the file is meant.</summary>
    [Description("SHA-256 of the assembly. The command line fills it in from the file.")]
    [RegularExpression("([0-9a-f]{64})?")]
    public string Sha256 { get; init; } = "";

    /// <summary>What the model's constructor gets as its settings.</summary>
    [Description("The model's own settings.")]
    public JsonObject Settings { get; init; } = [];
}
