using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace SeqCluster.Models;

/// <summary>
/// The models that job files may name. A model is one file plus one line in <see cref="Settings"/>' list.
/// Listing kinds and settings loads no native library: clients and silos check job files without LibTorch.
/// </summary>
public static class ModelCatalog
{
    private static readonly IReadOnlyList<Registration> Registrations =
    [
        Model<TransformerLanguageModelSettings>("transformer-lm", static (settings, vocabularySize) => new TransformerLanguageModel(settings, vocabularySize)),
    ];

    /// <summary>Every kind, with the record that holds its settings.</summary>
    public static IReadOnlyList<(string Kind, Type Settings)> Settings { get; } =
        [.. Registrations.Select(model => (model.Kind, model.Settings))];

    /// <summary>Makes a model with fresh weights, drawn from torch's generator: seed it first.</summary>
    /// <param name="kind">A registered name.</param>
    /// <param name="settingsJson">The settings as a JSON object; what is not given has its default.</param>
    /// <param name="vocabularySize">Different tokens of the data.</param>
    /// <exception cref="ArgumentException">The kind is unknown, or the settings are not valid; names every fault.</exception>
    public static TrainableModel Create(string kind, string settingsJson, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        var registration = Registrations.FirstOrDefault(model => model.Kind == kind)
            ?? throw new ArgumentException($"model.kind = {kind}: must be {string.Join(" or ", Registrations.Select(model => model.Kind))}", nameof(kind));
        return registration.Create(settingsJson, vocabularySize);
    }

    private static Registration Model<TSettings>(string kind, Func<TSettings, int, TrainableModel> create)
        where TSettings : class, new() =>
        new(kind, typeof(TSettings), (json, vocabularySize) => create(Parse<TSettings>(kind, json), vocabularySize));

    private static TSettings Parse<TSettings>(string kind, string json)
        where TSettings : class, new()
    {
        TSettings settings;
        try
        {
            settings = JsonSerializer.Deserialize<TSettings>(json, JsonSerializerOptions.Web) ?? new TSettings();
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"the settings of {kind} cannot be read: {fault.Message}", nameof(json), fault);
        }

        // A job file has been checked before; settings also come from checkpoints that somebody brought along.
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(settings, new ValidationContext(settings), faults, validateAllProperties: true)
            ? settings
            : throw new ArgumentException($"the settings of {kind} are not valid: {string.Join("; ", faults.Select(fault => fault.ErrorMessage))}", nameof(json));
    }

    private sealed record Registration(string Kind, Type Settings, Func<string, int, TrainableModel> Create);
}
