using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation.Pairs;
using SeqCluster.Data.Preparation.Recordings;
using SeqCluster.Data.Preparation.Series;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// Where samples come from: what <c>data.kind</c> of a job file may name. A source is a settings record, a preparation, and one line
/// in the list below, which also says what kind of samples come of it.
/// </summary>
public static class DataCatalog
{
    /// <summary>The source of a job file that names none.</summary>
    public const string DefaultKind = "text";

    private static readonly IReadOnlyList<Registration> Registrations =
    [
        Source<TextSettings>(DefaultKind, DataKinds.Text, TextPreparation.Prepare),
        Source<PairSettings>("pairs", DataKinds.Pairs, PairFilePreparation.Prepare),
        Source<GettextSettings>("gettext", DataKinds.Pairs, GettextPreparation.Prepare),
        Source<SymbolTaskSettings>("copy", DataKinds.Pairs, SymbolTaskPreparation.Copy),
        Source<SymbolTaskSettings>("reverse", DataKinds.Pairs, SymbolTaskPreparation.Reverse),
        Source<SymbolTaskSettings>("sort", DataKinds.Pairs, SymbolTaskPreparation.Sort),
        Source<AddingSettings>("adding", DataKinds.Series, AddingPreparation.Prepare),
        Source<CsvSettings>("csv", DataKinds.Series, CsvPreparation.Prepare),
        Source<WavSettings>("wav", DataKinds.Audio, WavPreparation.Prepare),
        Source<ChordSettings>("chord", DataKinds.Audio, ChordPreparation.Prepare),
    ];

    /// <summary>Every source, with the record that holds its settings and the kind of samples (<see cref="DataKinds"/>) that it gives.</summary>
    public static IReadOnlyList<(string Kind, Type Settings, string SampleKind)> Settings { get; } =
        [.. Registrations.Select(source => (source.Kind, source.Settings, source.SampleKind))];

    /// <summary>Prepares a dataset under <paramref name="datasetsFolder"/>. The same input always gives the same dataset, byte for byte.</summary>
    /// <param name="datasetsFolder">Each dataset is a folder in it.</param>
    /// <param name="request">What, how, for which model.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellation">Leaves nothing behind when it is cancelled.</param>
    /// <exception cref="PreparationFault">Settings or files are wrong; every fault that was found.</exception>
    public static PreparedDataset Prepare(
        string datasetsFolder, PreparationRequest request, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var source = Registrations.FirstOrDefault(source => source.Kind == request.Kind)
            ?? throw new PreparationFault([$"data.kind = {request.Kind}: must be {string.Join(" or ", Registrations.Select(source => source.Kind))}"]);
        using var writer = new DatasetWriter(datasetsFolder);
        var manifest = source.Prepare(request.SettingsJson, new PreparationContext(request.BaseFolder, request.Block, writer, progress, cancellation));
        progress?.Report(1);
        return writer.Publish(manifest);
    }

    private static Registration Source<TSettings>(
        string kind, string sampleKind, Func<TSettings, PreparationContext, DatasetManifest> prepare)
        where TSettings : class =>
        new(kind, typeof(TSettings), sampleKind, (json, context) => prepare(Parse<TSettings>(kind, json), context));

    // A job file has been checked before; what comes over the wire or from a program has not.
    private static TSettings Parse<TSettings>(string kind, string json)
        where TSettings : class
    {
        try
        {
            var settings = JsonSerializer.Deserialize<TSettings>(json, JsonSerializerOptions.Web) ?? throw new JsonException("null");
            var faults = new List<ValidationResult>();
            return Validator.TryValidateObject(settings, new ValidationContext(settings), faults, validateAllProperties: true)
                ? settings
                : throw new PreparationFault([.. faults.Select(fault => $"data of kind {kind}: {fault.ErrorMessage}")]);
        }
        catch (JsonException fault)
        {
            throw new PreparationFault([$"the settings of data of kind {kind} cannot be read: {fault.Message}"]);
        }
    }

    private sealed record Registration(
        string Kind, Type Settings, string SampleKind, Func<string, PreparationContext, DatasetManifest> Prepare);
}
