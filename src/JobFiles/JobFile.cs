using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
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

    /// <summary>Relative entries of <c>data.path</c> start here: the file's folder, or the working folder when it was overridden.</summary>
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
        var modelNode = tree.Members(tree.Root).FirstOrDefault(member => member.Name == "model").Value;
        var settings = BindModel(tree, binder, modelNode, models, faults);
        var spec = (JobSpec)binder.Bind(typeof(JobSpec), tree.Root);
        spec = Complete(spec, name, settings);
        JobChecks.Check(spec, (field, message) => faults.Add(new JobFault(PlaceOf(tree, field), field, null, message)));
        return new JobFile(spec, IsDataOverridden(tree) ? Directory.GetCurrentDirectory() : folder, faults);
    }

    // The settings of the model depend on its kind: they are read by that kind's own type, beside the field 'kind'.
    private static object? BindModel(
        FieldTree tree, FieldBinder binder, FieldNode? node, IReadOnlyList<ModelSettings> models, List<JobFault> faults)
    {
        if (node?.Node is not YamlMappingNode mapping)
        {
            return null;
        }

        var kind = tree.Members(node).FirstOrDefault(member => member.Name == "kind").Value;
        var model = models.FirstOrDefault(known => known.Kind == kind?.Text);
        if (model is null)
        {
            binder.Ignore(node, mapping);
            if (kind is not null)
            {
                faults.Add(new JobFault(kind.Place, kind.Path, kind.Shown, $"must be {FieldRule.JoinOr([.. models.Select(known => known.Kind)])}"));
            }

            return null;
        }

        var settings = binder.Bind(model.Type, node, "kind");
        if (settings is IValidatableObject validatable)
        {
            binder.Check(validatable, node);
        }

        binder.Ignore(node, mapping);
        return settings;
    }

    private static JobSpec Complete(JobSpec spec, string name, object? settings) => spec with
    {
        Name = spec.Name.Length > 0 ? spec.Name : DefaultName(name),
        Model = spec.Model with { SettingsJson = settings is null ? "{}" : JsonSerializer.Serialize(settings, settings.GetType(), JsonSerializerOptions.Web) },
        Workers = spec.Workers with { Replicas = spec.Workers.Replicas > 0 ? spec.Workers.Replicas : spec.Workers.Max },
    };

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

    private static bool IsDataOverridden(FieldTree tree) =>
        tree.Members(tree.Root).FirstOrDefault(member => member.Name == "data").Value is { Node: YamlMappingNode } data
        && tree.Members(data).FirstOrDefault(member => member.Name == "path").Value is { } path
        && tree.IsOverridden(path);
}
