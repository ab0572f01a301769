using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Preparation;
using YamlDotNet.RepresentationModel;

namespace SeqCluster.JobFiles;

/// <summary>
/// Reads a job file (YAML or JSON) and checks it whole: all faults at once, each with its place, value and what is allowed.
/// Touches no data and starts nothing.
/// </summary>
public sealed class JobFile
{
    private JobFile(JobSpec? spec, string dataFolder, IReadOnlyList<JobFault> faults)
    {
        Spec = faults.Count == 0 ? spec : null;
        DataFolder = dataFolder;
        Faults = faults;
    }

    /// <summary>The job with its defaults filled in; null when there are faults.</summary>
    public JobSpec? Spec { get; }

    /// <summary>Relative paths of the data start here: the file's folder, or the working folder when one of them was overridden.</summary>
    public string DataFolder { get; }

    /// <summary>Everything that is wrong with it.</summary>
    public IReadOnlyList<JobFault> Faults { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides"><c>train.steps=50</c>: laid over the file and checked like it.</param>
    /// <param name="models">What <c>model.kind</c> may name.</param>
    public static JobFile Read(string path, IReadOnlyList<string> overrides, IReadOnlyList<ModelSettings> models)
    {
        var name = Path.GetFileName(path);
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return Parse(name, File.ReadAllText(path), folder, overrides, models);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new JobFile(null, "", [new JobFault(path, "", null, $"cannot be read: {fault.Message}")]);
        }
    }

    /// <summary>Reads a text, for example one that came with a request.</summary>
    /// <param name="name">What faults call it.</param>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="folder">Relative data paths start here.</param>
    /// <param name="overrides">As in <see cref="Read"/>.</param>
    /// <param name="models">As in <see cref="Read"/>.</param>
    public static JobFile Parse(
        string name, string text, string folder, IReadOnlyList<string> overrides, IReadOnlyList<ModelSettings> models)
    {
        var faults = new List<JobFault>();
        if (FieldTree.Parse(name, text, overrides, faults) is not { } tree)
        {
            return new JobFile(null, folder, faults);
        }

        var binder = new FieldBinder(tree, faults);
        NameMarkedModel(tree, models);
        var settings = new KindBinder(tree, binder, faults);
        var model = settings.Bind("model", [.. models.Select(known => (known.Kind, known.Type))], defaultKind: null);
        var data = settings.Bind("data", [.. DataCatalog.Settings.Select(known => (known.Kind, known.Settings))], DataCatalog.DefaultKind);
        var spec = Complete((JobSpec)binder.Bind(typeof(JobSpec), tree.Root), name, model, data);
        JobChecks.Check(spec, models, (field, message) => faults.Add(new JobFault(PlaceOf(tree, field), field, null, message)));
        return new JobFile(spec, IsDataOverridden(tree, data) ? Directory.GetCurrentDirectory() : folder, faults);
    }

    // `model: {assembly: My.dll, type: My.Net}` says by its fields what it is.
    private static void NameMarkedModel(FieldTree tree, IReadOnlyList<ModelSettings> models)
    {
        if (tree.Members(tree.Root).FirstOrDefault(member => member.Name == "model").Value is { Node: YamlMappingNode mapping }
            && !mapping.Children.ContainsKey("kind")
            && models.FirstOrDefault(known => known.MarkedBy is { } mark && mapping.Children.ContainsKey(mark)) is { } model)
        {
            mapping.Children.Add("kind", model.Kind);
        }
    }

    private static JobSpec Complete(JobSpec spec, string name, object? model, object? data) => spec with
    {
        Name = spec.Name.Length > 0 ? spec.Name : DefaultName(name),
        Model = spec.Model with { SettingsJson = ToJson(model) },
        Data = spec.Data with { SettingsJson = ToJson(data) },
        Workers = spec.Workers with { Replicas = spec.Workers.Replicas > 0 ? spec.Workers.Replicas : spec.Workers.Max },
    };

    private static string ToJson(object? settings) =>
        settings is null ? "{}" : JsonSerializer.Serialize(settings, settings.GetType(), JsonSerializerOptions.Web);

    private static string DefaultName(string fileName)
    {
        var letters = Path.GetFileNameWithoutExtension(fileName).ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        var name = string.Concat(letters).Trim('-');
        return name.Length == 0 ? "job" : name[..Math.Min(40, name.Length)];
    }

    private static string PlaceOf(FieldTree tree, string path)
    {
        var node = tree.Root;
        foreach (var part in path.Split('.'))
        {
            if (node.Node is not YamlMappingNode || tree.Members(node).FirstOrDefault(member => member.Name == part).Value is not { } child)
            {
                break;
            }

            node = child;
        }

        return node.Place;
    }

    // What a person types on the command line is meant from where they are.
    private static bool IsDataOverridden(FieldTree tree, object? settings) =>
        tree.Members(tree.Root).FirstOrDefault(member => member.Name == "data").Value is { Node: YamlMappingNode } data
        && settings is not null
        && tree.Members(data).Any(member =>
            tree.IsOverridden(member.Value)
            && FieldRule.Of(settings.GetType()).Any(rule => rule.Name == member.Name && rule.Property.IsDefined(typeof(FilePathAttribute), inherit: false)));
}
