using SeqCluster.Contracts.Jobs;
using SeqCluster.Models;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>The weights of another job's checkpoint as the first ones of this job: its mean where it kept one, as it is evaluated and used.</summary>
internal static class StartWeights
{
    /// <summary>Puts them into a new model, all or none.</summary>
    /// <exception cref="InvalidDataException">There is no such checkpoint, it is damaged or another one, or tensors do not fit: all are named.</exception>
    public static void Load(TrainableModel model, StartSpec start)
    {
        try
        {
            var manifest = CheckpointManifest.Read(start.Checkpoint);
            if (start.WeightsSha256.Length > 0 && manifest.WeightsSha256 != start.WeightsSha256)
            {
                throw new InvalidDataException($"its weights are {manifest.WeightsSha256}, start.weightsSha256 = {start.WeightsSha256}");
            }

            CheckpointModel.LoadInto(model, start.Checkpoint, manifest, start.IsNew);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"start.checkpoint = {start.Checkpoint}: {fault.Message} (start.newTensors names those that shall begin anew)", fault);
        }
    }
}
