using SeqCluster.Models;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Models.Own;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>A checkpoint's model, ready to be used: with the mean of the weights where the job kept one, else with the weights.</summary>
internal static class CheckpointModel
{
    /// <summary>What the names of the mean's tensors begin with, in the optimizer's file.</summary>
    public const string MeanPrefix = AveragingOptimizer.StateName + ".";

    /// <summary>Whether it holds a mean of the weights; an average of checkpoints has weights alone.</summary>
    public static bool HasMean(CheckpointManifest manifest) => manifest.Job.Train.Ema > 0 && manifest.Files.ContainsKey(CheckpointManifest.OptimizerFile);

    /// <summary>Makes the model and loads it.</summary>
    /// <param name="folder">The checkpoint's.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="allowed">Assemblies that its model may be loaded from; none by default.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or does not fit the model.</exception>
    /// <exception cref="ArgumentException">The settings are not valid, or the model's assembly is not allowed.</exception>
    public static TrainableModel Load(string folder, CheckpointManifest manifest, AllowedAssemblies? allowed = null)
    {
        var model = ModelCatalog.Create(manifest.Job.Model.Kind, manifest.Job.Model.SettingsJson, manifest.Data, allowed);
        LoadInto(model, folder, manifest);
        return model;
    }

    /// <summary>Loads a model that is there.</summary>
    /// <param name="model">Takes the weights.</param>
    /// <param name="folder">The checkpoint's.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="isNew">Tensors that keep what the model has; null for none.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or does not fit the model.</exception>
    public static void LoadInto(TrainableModel model, string folder, CheckpointManifest manifest, Func<string, bool>? isNew = null)
    {
        var hasMean = HasMean(manifest);
        using var file = SafetensorsFile.Read(manifest.CheckedFile(folder, hasMean ? CheckpointManifest.OptimizerFile : CheckpointManifest.WeightsFile));
        ModelWeights.Load(model, file, hasMean ? MeanPrefix : "", isNew);
    }
}
