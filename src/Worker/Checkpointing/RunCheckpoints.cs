using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Manifests;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Transfers;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// One run's checkpoints: all that a step hands to the next, to files and back. Rank 0 writes; every member reads, and checks what
/// it read by the state's hash. The step says the rest: which samples, which learning rate, which random numbers come next.
/// </summary>
internal sealed class RunCheckpoints(
    Assignment assignment, CheckpointStore store, JobSpec spec, DatasetManifest dataset, ParameterLayout layout, FlatParameters parameters,
    FlatOptimizer optimizer, ReplicaState? carried, StepLedger ledger)
{
    private static readonly string[] TensorFiles = [CheckpointManifest.WeightsFile, CheckpointManifest.OptimizerFile];

    /// <summary>Takes weights and optimizer state from the checkpoint that the assignment names.</summary>
    /// <returns>What the run had come to there; null when it begins anew.</returns>
    /// <exception cref="DamagedCheckpointException">It is missing, or not what was committed.</exception>
    public RunSummary? Restore()
    {
        if (assignment.ResumeFrom is not { } reference)
        {
            return null;
        }

        try
        {
            return Restore(store.Fetch(reference));
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw new DamagedCheckpointException(reference, $"checkpoint {reference} cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>Writes the checkpoint of a step; the whole optimizer state must be here. Rank 0 only.</summary>
    public WrittenCheckpoint Write(int step, RunSummary summary) => Write(step, summary, WeightsHash.Sha256(Weights()), StateHash());

    /// <summary>The result after the last step, and on rank 0 its checkpoint.</summary>
    /// <param name="summary">Of the run.</param>
    /// <param name="written">null on other ranks.</param>
    public JobResult Finish(RunSummary summary, out WrittenCheckpoint? written)
    {
        var result = new JobResult
        {
            Steps = spec.Train.Steps,
            TrainLoss = summary.TrainLoss,
            ValidationLoss = summary.ValidationLoss,
            WeightsSha256 = WeightsHash.Sha256(Weights()),
            StateSha256 = StateHash(),
            Checkpoint = store.PathOf(spec.Train.Steps),
            TokensPerSecond = summary.TokensPerSecond,
        };
        written = assignment.Rank == 0 ? Write(spec.Train.Steps, summary, result.WeightsSha256, result.StateSha256) : null;
        return result;
    }

    private RunSummary Restore(string folder)
    {
        var manifest = CheckpointManifest.Read(folder);
        using (var weights = SafetensorsFile.Read(Path.Combine(folder, CheckpointManifest.WeightsFile)))
        {
            layout.Read(weights, "", parameters.Weights);
        }

        using (var state = SafetensorsFile.Read(Path.Combine(folder, CheckpointManifest.OptimizerFile)))
        {
            foreach (var tensor in optimizer.State)
            {
                layout.Read(state, $"{tensor.Name}.", tensor.Values);
            }
        }

        if (carried is not null)
        {
            using var replicas = SafetensorsFile.Read(Path.Combine(folder, CheckpointManifest.OptimizerFile));
            carried.Read(replicas);
        }

        // The coordinator's word counts, not the manifest's: a folder that was exchanged is not what was committed.
        var hash = StateHash();
        if (manifest.Step != assignment.ResumeStep || hash != assignment.ResumeStateSha256)
        {
            throw new InvalidDataException(
                $"it holds step {manifest.Step} with state {hash}; committed was step {assignment.ResumeStep} with state {assignment.ResumeStateSha256}");
        }

        parameters.CopyToModel();
        if (manifest.UnsentReports is { } unsent)
        {
            ledger.TakeOver(LedgerEntry.Unpack(unsent));
        }

        return new RunSummary(manifest.TrainLoss, manifest.ValidationLoss, manifest.TokensPerSecond ?? 0);
    }

    private IReadOnlyList<NamedTensor> Weights() => parameters.Named();

    private IReadOnlyList<NamedTensor> State() =>
        [.. optimizer.State.SelectMany(tensor => layout.Named($"{tensor.Name}.", tensor.Values)), .. carried?.Named(carried.Buffer) ?? []];

    private string StateHash() => WeightsHash.Sha256(Weights().Concat(State()));

    private WrittenCheckpoint Write(int step, RunSummary summary, string weightsSha256, string stateSha256)
    {
        var staging = store.Stage(step);
        FaultPoints.At(FaultPoint.Checkpoint, step);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.WeightsFile), Weights());
        FaultPoints.At(FaultPoint.Checkpoint, step);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.OptimizerFile), State());
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.CurrentFormat,
            JobId = assignment.JobId,
            Attempt = assignment.Attempt,
            Generation = assignment.Generation,
            Step = step,
            TrainLoss = summary.TrainLoss,
            ValidationLoss = summary.ValidationLoss,
            TokensPerSecond = summary.TokensPerSecond,
            WeightsSha256 = weightsSha256,
            StateSha256 = stateSha256,
            UnsentReports = ledger.Kept is { Count: > 0 } unsent ? LedgerEntry.Pack(unsent) : null,
            Files = TensorFiles.ToDictionary(name => name, name => FileContent.HashOf(Path.Combine(staging, name))),
            Data = dataset.Data,
            Job = spec,
        };
        WriteFlushed(Path.Combine(staging, CheckpointManifest.FileName), manifest.ToBytes());
        FaultPoints.At(FaultPoint.Checkpoint, step);
        var size = new DirectoryInfo(staging).EnumerateFiles().Sum(file => file.Length);
        var reference = store.Commit(staging, step);
        FaultPoints.At(FaultPoint.Checkpoint, step);
        return new WrittenCheckpoint
        {
            Step = step,
            Reference = reference,
            WeightsSha256 = weightsSha256,
            StateSha256 = stateSha256,
            SizeBytes = size,
        };
    }

    private static void WriteFlushed(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
