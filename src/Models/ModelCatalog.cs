using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SeqCluster.Data.Manifests;
using SeqCluster.Models.Own;

namespace SeqCluster.Models;

/// <summary>
/// The models that job files may name. A model is one file plus one line in the list below: its kind, the kinds of samples that it
/// takes, and how it is made from its settings and from what the data is.
/// Listing kinds and settings loads no native library: clients and silos check job files without LibTorch.
/// </summary>
public static class ModelCatalog
{
    private static readonly IReadOnlyList<Registration> Registrations =
    [
        Model<TransformerLanguageModelSettings>("transformer-lm", [DataKinds.Text], static (settings, data) => new TransformerLanguageModel(settings, data.VocabularySize)),
        Model<WaveNetSettings>("wavenet", [DataKinds.Audio], static (settings, data) => new WaveNet(settings, WaveNetData.Of(data))),
        Model<RecurrentLanguageModelSettings>("recurrent-lm", [DataKinds.Text], static (settings, data) => new RecurrentLanguageModel(settings, data.VocabularySize)),
        Model<TransformerSettings>("transformer", [DataKinds.Pairs], static (settings, data) => new TransformerModel(settings, data.SourceVocabularySize, data.VocabularySize)),
        Model<TransformerEncoderSettings>("transformer-encoder", [DataKinds.Pairs], static (settings, data) => new TransformerEncoderModel(settings, data.SourceVocabularySize, data.VocabularySize)),
        Model<Seq2SeqSettings>("seq2seq", [DataKinds.Pairs], static (settings, data) => new Seq2SeqModel(settings, data.SourceVocabularySize, data.VocabularySize)),
        Model<TemporalConvolutionalNetworkSettings>("tcn", [DataKinds.Series], static (settings, data) => new TemporalConvolutionalNetwork(settings, data.InputFeatures ?? 0, data.OutputFeatures ?? 0)),
        Model<RecurrentSeriesModelSettings>("recurrent-series", [DataKinds.Series], static (settings, data) => new RecurrentSeriesModel(settings, data.InputFeatures ?? 0, data.OutputFeatures ?? 0)),
        new(OwnModelSettings.Kind, typeof(OwnModelSettings), [DataKinds.Text, DataKinds.Pairs, DataKinds.Audio, DataKinds.Series],
            static (json, data, allowed) => OwnModel.Create(Parse<OwnModelSettings>(OwnModelSettings.Kind, json), data, allowed),
            OwnModelSettings.Mark),
    ];

    /// <summary>
    /// Every kind, with the record that holds its settings, the kinds of samples (<c>data.kind</c>) that it takes, and the setting, if
    /// there is one, whose presence tells the kind without its name.
    /// </summary>
    public static IReadOnlyList<(string Kind, Type Settings, IReadOnlyList<string> DataKinds, string? MarkedBy)> Settings { get; } =
        [.. Registrations.Select(model => (model.Kind, model.Settings, model.DataKinds, model.MarkedBy))];

    /// <summary>Makes a model with fresh weights, drawn from torch's generator: seed it first.</summary>
    /// <param name="kind">A registered name.</param>
    /// <param name="settingsJson">The settings as a JSON object; what is not given has its default.</param>
    /// <param name="data">What it is to be trained on: vocabularies and numbers of features.</param>
    /// <param name="allowed">Assemblies that models may be loaded from; none by default.</param>
    /// <exception cref="ArgumentException">
    /// The kind is unknown, takes no samples of the data's kind, or the settings are not valid; names every fault.
    /// </exception>
    public static TrainableModel Create(string kind, string settingsJson, DataDescription data, AllowedAssemblies? allowed = null)
    {
        var registration = Registrations.FirstOrDefault(model => model.Kind == kind)
            ?? throw new ArgumentException($"model.kind = {kind}: must be {string.Join(" or ", Registrations.Select(model => model.Kind))}", nameof(kind));
        return registration.DataKinds.Contains(data.Kind)
            ? registration.Create(settingsJson, data, allowed ?? AllowedAssemblies.None)
            : throw new ArgumentException($"model.kind = {kind}: takes samples of kind {string.Join(" or ", registration.DataKinds)}, the data has {data.Kind}", nameof(data));
    }

    private static Registration Model<TSettings>(string kind, IReadOnlyList<string> dataKinds, Func<TSettings, DataDescription, TrainableModel> create)
        where TSettings : class =>
        new(kind, typeof(TSettings), dataKinds, (json, data, _) => create(Parse<TSettings>(kind, json), data));

    private static TSettings Parse<TSettings>(string kind, string json)
        where TSettings : class
    {
        TSettings settings;
        try
        {
            settings = JsonSerializer.Deserialize<TSettings>(json, JsonSerializerOptions.Web) ?? throw new JsonException("null");
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

    private sealed record Registration(
        string Kind, Type Settings, IReadOnlyList<string> DataKinds, Func<string, DataDescription, AllowedAssemblies, TrainableModel> Create, string? MarkedBy = null);
}
