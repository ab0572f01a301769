using SeqCluster.Contracts.Jobs;
using SeqCluster.Models;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>The weights of another job's checkpoint as the first ones of this job: its mean where it kept one, as it is evaluated and used.</summary>
internal static class StartWeights
{
    /// <summary>Puts them into a new model, all or none.</summary>
    /// <param name="model">Takes them.</param>
    /// <param name="start">Which.</param>
    /// <param name="fetch">Gives the local folder of a checkpoint's reference.</param>
    /// <returns>The step that they are of.</returns>
    /// <exception cref="InvalidDataException">There is no such checkpoint, it is damaged or another one, or tensors do not fit: all are named.</exception>
    public static int Load(TrainableModel model, StartSpec start, Func<string, string> fetch)
    {
        var taken = start.Taken ?? throw new InvalidDataException($"start.checkpoint = {start.Checkpoint}: the silo has no copy of it");
        try
        {
            var folder = fetch(taken.Reference);
            var manifest = CheckpointManifest.Read(folder);
            if (manifest.WeightsSha256 != taken.WeightsSha256)
            {
                throw new InvalidDataException($"its weights are {manifest.WeightsSha256}, the silo took {taken.WeightsSha256}");
            }

            CheckpointModel.LoadInto(model, folder, manifest, start.IsNew);
            return manifest.Step;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"start.checkpoint = {start.Checkpoint}: {fault.Message} (start.newTensors names those that shall begin anew)", fault);
        }
    }
}
