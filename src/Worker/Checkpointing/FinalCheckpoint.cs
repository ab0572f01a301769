using System.Security.Cryptography;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Manifests;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// The checkpoint after the last step. Every member computes the hashes, rank 0 writes: into a folder of a temporary name,
/// each file flushed to the disk, then renamed, so that a folder of the final name is always whole.
/// </summary>
internal static class FinalCheckpoint
{
    public static JobResult Save(
        Assignment assignment,
        JobSpec spec,
        DatasetManifest dataset,
        ParameterLayout layout,
        FlatParameters parameters,
        FlatOptimizer optimizer,
        RunSummary summary)
    {
        var weights = parameters.Named();
        var state = optimizer.State.SelectMany(tensor => layout.Named($"{tensor.Name}.", tensor.Values)).ToList();
        var folder = Path.Combine(assignment.CheckpointFolder, $"step-{spec.Train.Steps:D9}");
        var result = new JobResult
        {
            Steps = spec.Train.Steps,
            TrainLoss = summary.TrainLoss,
            ValidationLoss = summary.ValidationLoss,
            WeightsSha256 = WeightsHash.Sha256(weights),
            StateSha256 = WeightsHash.Sha256(weights.Concat(state)),
            Checkpoint = folder,
            TokensPerSecond = summary.TokensPerSecond,
        };
        if (assignment.Rank == 0)
        {
            Write(folder, assignment, spec, dataset, weights, state, result);
        }

        return result;
    }

    private static void Write(
        string folder,
        Assignment assignment,
        JobSpec spec,
        DatasetManifest dataset,
        IReadOnlyList<NamedTensor> weights,
        IReadOnlyList<NamedTensor> state,
        JobResult result)
    {
        var staging = $"{folder}.{assignment.Attempt}-{assignment.Generation}.partial";
        Directory.CreateDirectory(staging);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.WeightsFile), weights);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.OptimizerFile), state);
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.CurrentFormat,
            JobId = assignment.JobId,
            Attempt = assignment.Attempt,
            Generation = assignment.Generation,
            Step = result.Steps,
            TrainLoss = result.TrainLoss,
            ValidationLoss = result.ValidationLoss,
            WeightsSha256 = result.WeightsSha256,
            StateSha256 = result.StateSha256,
            Files = new[] { CheckpointManifest.WeightsFile, CheckpointManifest.OptimizerFile }.ToDictionary(name => name, name => HashOf(Path.Combine(staging, name))),
            Tokenizer = dataset.Tokenizer,
            Vocabulary = dataset.Vocabulary,
            VocabularySize = dataset.VocabularySize,
            Job = spec,
        };
        WriteFlushed(Path.Combine(staging, CheckpointManifest.FileName), manifest.ToBytes());
        if (Directory.Exists(folder))
        {
            // An earlier attempt finished writing and was lost before it could say so. The bytes are the same.
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(staging, folder);
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void WriteFlushed(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
