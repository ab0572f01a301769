using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Preparation;
using SeqCluster.JobFiles;
using SeqCluster.Models;
using SeqCluster.Models.Own;

namespace SeqCluster.Client.Commands;

/// <summary>A job file as a person gave it, checked whole.</summary>
internal sealed record JobInput(string Path, string Text, IReadOnlyList<string> Overrides, JobSpec Spec, string DataFolder)
{
    /// <summary>What <c>model.kind</c> may name. Loads no native library.</summary>
    public static IReadOnlyList<ModelSettings> Models { get; } = [.. ModelCatalog.Settings.Select(model => new ModelSettings(model.Kind, model.Settings, model.DataKinds, model.MarkedBy))];

    public static Argument<string> FileArgument() => new("FILE") { Description = "The job file, YAML or JSON." };

    public static Option<string[]> SetOption() => new("--set")
    {
        Description = "Lay a value over the file, for example train.steps=50. May be repeated; checked like the file.",
        HelpName = "path=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Reads and checks a job file.</summary>
    /// <exception cref="WrongInputException">With all of its faults.</exception>
    public static JobInput Read(string path, IReadOnlyList<string> overrides, ClientEnvironment environment)
    {
        var full = System.IO.Path.GetFullPath(path, environment.WorkingFolder);
        var file = JobFile.Read(full, overrides, Models);
        if (file.Spec is { Model.Kind: OwnModelSettings.Kind } own && OwnAssembly(own, full, overrides, environment) is { Count: > 0 } named)
        {
            return Read(path, [.. overrides, .. named], environment);
        }

        return file.Spec is { } spec
            ? new JobInput(full, File.ReadAllText(full), overrides, spec, file.DataFolder)
            : throw new WrongInputException([.. file.Faults.Select(fault => fault.ToString())]);
    }

    // Which content is meant is settled here, where the file lies; nothing of it is executed.
    private static IReadOnlyList<string> OwnAssembly(JobSpec spec, string jobFile, IReadOnlyList<string> overrides, ClientEnvironment environment)
    {
        var settings = JsonSerializer.Deserialize<OwnModelSettings>(spec.Model.SettingsJson, JsonSerializerOptions.Web)!;
        if (settings.Sha256.Length > 0)
        {
            return [];
        }

        var isOverridden = overrides.Any(entry => entry.StartsWith($"model.{OwnModelSettings.Mark}=", StringComparison.Ordinal));
        var file = System.IO.Path.GetFullPath(settings.Assembly, isOverridden ? environment.WorkingFolder : System.IO.Path.GetDirectoryName(jobFile)!);
        return File.Exists(file)
            ? [$"model.{OwnModelSettings.Mark}={file}", $"model.sha256={AllowedAssemblies.HashOf(File.ReadAllBytes(file))}"]
            : throw new WrongInputException($"model.assembly = {settings.Assembly}: there is no file {file}: build it first");
    }

    /// <summary>
    /// The same job on at most so many workers. Replicas keep the number that the file gives them, so the result stays the same.
    /// </summary>
    public JobInput OnWorkers(int workers, ClientEnvironment environment)
    {
        var most = Math.Min(workers, Spec.Workers.Replicas).ToString(CultureInfo.InvariantCulture);
        var replicas = Spec.Workers.Replicas.ToString(CultureInfo.InvariantCulture);
        return Read(Path, [.. Overrides, $"workers.max={most}", $"workers.replicas={replicas}"], environment);
    }

    /// <summary>The submission, with the dataset when it was prepared here.</summary>
    public JobSubmission ToSubmission(PreparedDataset? dataset = null) => new()
    {
        Name = System.IO.Path.GetFileName(Path),
        File = Text,
        Overrides = Overrides,
        DataFolder = System.IO.Path.GetFullPath(DataFolder),
        ManifestPath = dataset?.ManifestPath ?? "",
        ManifestSha256 = dataset?.Sha256 ?? "",
    };

    /// <summary>What preparation needs to know of the job.</summary>
    public PreparationRequest ToPreparation() =>
        PreparationRequest.For(Spec.Data.Kind, Spec.Data.SettingsJson, DataFolder, Spec.Model.SettingsJson);
}
