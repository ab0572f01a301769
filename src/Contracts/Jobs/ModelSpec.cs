using System.ComponentModel;

namespace SeqCluster.Contracts.Jobs;

/// <summary>A model by its registered name, with settings that only that model understands and checks.</summary>
[GenerateSerializer, Immutable]
public sealed record ModelSpec
{
    /// <summary>The name under which the model is registered, for example <c>transformer-lm</c>.</summary>
    [Id(0)]
    [Description("The name of a registered model.")]
    public required string Kind { get; init; }

    /// <summary>The model's settings, defaults filled in, as a JSON object.</summary>
    [Id(1)]
    public string SettingsJson { get; init; } = "{}";
}
