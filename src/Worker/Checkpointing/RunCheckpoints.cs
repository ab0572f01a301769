using System.Diagnostics;
using System.Globalization;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Manifests;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Transfers;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// One generation's checkpoints: all that a step hands to the next, to files and back. Rank 0 writes; every member reads, and checks what
/// it read by the state's hash. The step says the rest: which samples, which learning rate, which random numbers come next.
/// </summary>
internal sealed class RunCheckpoints(
    Assignment assignment, CheckpointStore store, JobSpec spec, DatasetManifest dataset, TrainingState state, CheckpointWriter writer, IRunObserver observer)
{
    /// <summary>A wait of this length is told: training stood still for it.</summary>
    private static readonly TimeSpan ToldWait = TimeSpan.FromSeconds(1);

    /// <summary>Between the tries of a checkpoint that the run may not end without.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.5, 1, 2, 4, 8, 15 }.Select(TimeSpan.FromSeconds)];

    private static readonly string[] TensorFiles = [CheckpointManifest.WeightsFile, CheckpointManifest.OptimizerFile];

    /// <summary>Takes weights and optimizer state from the checkpoint that the assignment names. The model is not touched.</summary>
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

    /// <summary>
    /// Begins to write the checkpoint of a step and returns; the whole optimizer state must be here. Rank 0 only. When the one before is not
    /// written yet, training waits for it: which checkpoints there are does not depend on a disk's speed.
    /// </summary>
    /// <param name="reached">What the step came to.</param>
    /// <param name="goOn">Called while it waits; may throw.</param>
    public void Begin(ReachedStep reached, Action goOn)
    {
        if (writer.Step == reached.Step)
        {
            // The generation before was lost after it had begun it.
            return;
        }

        if (writer.IsBusy)
        {
            var (since, earlier) = (Stopwatch.GetTimestamp(), writer.Step);
            writer.Wait(goOn);
            if (Stopwatch.GetElapsedTime(since) is var waited && waited > ToldWait)
            {
                observer.Log(string.Create(
                    CultureInfo.InvariantCulture,
                    $"training waited {waited.TotalSeconds:0.0} s: the checkpoint of step {earlier} was still being written when that of step {reached.Step} fell due"));
            }
        }

        writer.Wait(goOn);
        writer.Begin(reached.Step, copy =>
        {
            try
            {
                observer.Checkpoint(Write(reached, copy, state.WeightsHash(copy), state.StateHash(copy)));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                observer.CheckpointFailed(reached.Step, $"{FaultOf(reached.Step, fault)}; training goes on, the checkpoints before it stay");
            }
        });
    }

    /// <summary>The checkpoint of a step after which the run ends. Rank 0 only. Returns when it is written.</summary>
    /// <param name="reached">What the step came to.</param>
    /// <param name="goOn">Called while it waits; may throw.</param>
    /// <param name="pause">Waits so long before the next try; may throw.</param>
    /// <exception cref="CheckpointFailedException">Not one of several tries came to an end.</exception>
    public void WriteLast(ReachedStep reached, Action goOn, Action<TimeSpan> pause) =>
        WriteLast(reached, state.WeightsHash(state.Buffers), state.StateHash(state.Buffers), goOn, pause);

    /// <summary>The result after the last step; on rank 0 returns when its checkpoint is written.</summary>
    /// <exception cref="CheckpointFailedException">Not one of several tries came to an end.</exception>
    public JobResult Finish(ReachedStep reached, Action goOn, Action<TimeSpan> pause)
    {
        var result = new JobResult
        {
            Steps = spec.Train.Steps,
            TrainLoss = reached.Summary.TrainLoss,
            ValidationLoss = reached.Summary.ValidationLoss,
            WeightsSha256 = state.WeightsHash(state.Buffers),
            StateSha256 = state.StateHash(state.Buffers),
            Checkpoint = store.PathOf(spec.Train.Steps),
            TokensPerSecond = reached.Summary.TokensPerSecond,
        };
        if (assignment.Rank == 0)
        {
            WriteLast(reached, result.WeightsSha256, result.StateSha256, goOn, pause);
        }

        return result;
    }

    private void WriteLast(ReachedStep reached, string weightsSha256, string stateSha256, Action goOn, Action<TimeSpan> pause)
    {
        writer.Wait(goOn);
        foreach (var next in Pauses.Select(span => (TimeSpan?)span).Append(null))
        {
            try
            {
                // Nothing changes any more: no copy is needed.
                observer.Checkpoint(Write(reached, state.Buffers, weightsSha256, stateSha256));
                return;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                var told = FaultOf(reached.Step, fault);
                if (next is not { } span)
                {
                    throw new CheckpointFailedException(told, fault);
                }

                observer.CheckpointFailed(reached.Step, string.Create(CultureInfo.InvariantCulture, $"{told}; tries again in {span.TotalSeconds:0.#} s"));
                pause(span);
            }
        }
    }

    private RunSummary Restore(string folder)
    {
        var manifest = CheckpointManifest.Read(folder);
        using (var weights = SafetensorsFile.Read(Path.Combine(folder, CheckpointManifest.WeightsFile)))
        using (var rest = SafetensorsFile.Read(Path.Combine(folder, CheckpointManifest.OptimizerFile)))
        {
            state.Read(weights, rest);
        }

        // The coordinator's word counts, not the manifest's: a folder that was exchanged is not what was committed.
        var hash = state.StateHash(state.Buffers);
        if (manifest.Step != assignment.ResumeStep || hash != assignment.ResumeStateSha256)
        {
            throw new InvalidDataException(
                $"it holds step {manifest.Step} with state {hash}; committed was step {assignment.ResumeStep} with state {assignment.ResumeStateSha256}");
        }

        // Of another job that this one continues they are not this one's to tell.
        if (manifest.UnsentReports is { } unsent && manifest.JobId == assignment.JobId)
        {
            observer.Ledger.TakeOver(LedgerEntry.Unpack(unsent));
        }

        return new RunSummary(manifest.TrainLoss, manifest.ValidationLoss, manifest.TokensPerSecond ?? 0);
    }

    private WrittenCheckpoint Write(ReachedStep reached, IReadOnlyList<float[]> buffers, string weightsSha256, string stateSha256)
    {
        var step = reached.Step;
        var staging = store.Stage(step);
        FaultPoints.At(FaultPoint.Checkpoint, step);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.WeightsFile), state.Weights(buffers));
        FaultPoints.At(FaultPoint.Checkpoint, step);
        SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.OptimizerFile), state.Rest(buffers));
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.CurrentFormat,
            JobId = assignment.JobId,
            Attempt = assignment.Attempt,
            Generation = assignment.Generation,
            Step = step,
            TrainLoss = reached.Summary.TrainLoss,
            ValidationLoss = reached.Summary.ValidationLoss,
            EvaluatedLoss = reached.EvaluatedLoss,
            TokensPerSecond = reached.Summary.TokensPerSecond,
            WeightsSha256 = weightsSha256,
            StateSha256 = stateSha256,
            UnsentReports = reached.UnsentReports is { Count: > 0 } unsent ? LedgerEntry.Pack(unsent) : null,
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
            Generation = assignment.Generation,
            EvaluatedLoss = reached.EvaluatedLoss,
        };
    }

    private string FaultOf(int step, Exception fault) =>
        $"the checkpoint of step {step} could not be written to {store.LocalPathOf("")}: {fault.Message} (is there room, and may this worker write there?)";

    private static void WriteFlushed(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
