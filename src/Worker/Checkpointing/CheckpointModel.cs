using System.Security.Cryptography;
using SeqCluster.Models;
using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>The model of a checkpoint, ready to be used: its file checked by hash, nothing in it executed.</summary>
internal static class CheckpointModel
{
    /// <exception cref="InvalidDataException">The weights are damaged, or do not fit the model.</exception>
    /// <exception cref="ArgumentException">The model cannot be made here.</exception>
    public static TrainableModel Load(string folder, CheckpointManifest manifest)
    {
        var path = Path.Combine(folder, CheckpointManifest.WeightsFile);
        using (var stream = File.OpenRead(path))
        {
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) is var hash && hash != manifest.Files[CheckpointManifest.WeightsFile])
            {
                throw new InvalidDataException($"{path}: SHA-256 is {hash}, the manifest says {manifest.Files[CheckpointManifest.WeightsFile]}: the file is damaged");
            }
        }

        var model = ModelCatalog.Create(manifest.Job.Model.Kind, manifest.Job.Model.SettingsJson, manifest.Data);
        using var weights = SafetensorsFile.Read(path);
        ModelWeights.Load(model, weights);
        return model;
    }
}
