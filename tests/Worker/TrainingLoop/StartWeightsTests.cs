using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>A job that begins with the weights of another one's checkpoint.</summary>
public sealed class StartWeightsTests : RunHarness
{
    [TorchFact]
    public void Run_FromACheckpoint_BeginsWithItsWeightsAndAnewOtherwise()
    {
        var source = Complete(Spec(steps: 20));
        var anew = new RecordingObserver();
        Complete(Spec(steps: 2, seed: 2), anew);
        var tuned = new RecordingObserver();
        var spec = Spec(steps: 2, seed: 2) with { Start = Taken(source) };
        var result = Complete(spec, tuned);
        Assert.True(LossOf(tuned) < LossOf(anew) - 0.3, $"{LossOf(tuned)}, and {LossOf(anew)} anew");
        Assert.Equal([1, 2], tuned.Steps.Select(step => step.Step));

        // Going on needs no source any more.
        Directory.Delete(Copy, recursive: true);
        var last = tuned.Checkpoints[^1];
        Assert.Equal(result.StateSha256, Run(spec, new RecordingObserver(), new OneWorkerJob.Beginning(2, last)).Result!.StateSha256);
    }

    [TorchFact]
    public void Run_TensorsThatDoNotFit_AreAllNamedUnlessTheyBeginAnew()
    {
        var source = Complete(Spec(steps: 2));
        var wider = Spec(steps: 1) with
        {
            Model = new ModelSpec { Kind = "transformer-lm", SettingsJson = JsonSerializer.Serialize(new { width = 16, layers = 2, heads = 2, block = 8, dropout = 0.1 }) },
            Start = Taken(source),
        };
        var outcome = Run(wider, new RecordingObserver());
        Assert.False(outcome.Retryable);
        using var file = SafetensorsFile.Read(Path.Combine(source.Checkpoint, CheckpointManifest.WeightsFile));
        var positions = file.Tensors.Single(tensor => tensor.Shape is [16, 16] && tensor.Name.Contains("position", StringComparison.OrdinalIgnoreCase)).Name;
        Assert.Contains($"{positions}: [16, 16] of F32 in the file, [8, 16] of F32 in the model", outcome.Fault, StringComparison.Ordinal);
        Assert.True(outcome.Fault.Split("missing in the file").Length > 5, outcome.Fault);

        var second = string.Join(',', outcome.Fault.Split("; ").Where(part => part.Contains("missing in the file", StringComparison.Ordinal))
            .Select(part => part.Split(':')[^2].Split(' ')[^1]));
        Assert.Equal("", Run(wider with { Start = wider.Start with { NewTensors = $"{positions}, {second}" } }, new RecordingObserver()).Fault);
    }

    [TorchFact]
    public void Run_FromAnotherCheckpointThanWasMeant_IsRefused()
    {
        var source = Complete(Spec(steps: 2));
        var start = Taken(source);
        var outcome = Run(Spec(steps: 2) with { Start = start with { Taken = start.Taken! with { WeightsSha256 = new string('0', 64) } } }, new RecordingObserver());
        Assert.Contains(source.WeightsSha256, outcome.Fault, StringComparison.Ordinal);
        Assert.False(outcome.Retryable);
    }

    /// <summary>The other job's last reports were with its member alone when it wrote the checkpoint: they are not told again.</summary>
    [TorchFact]
    public void Run_ThatContinuesAnotherJob_TellsItsOwnStepsAndNoOthers()
    {
        JobSpec Constant(int steps) => Spec(steps) with { Train = Spec(steps).Train with { Schedule = new ScheduleSpec { Kind = "constant" } } };
        var first = new RecordingObserver();
        var source = Complete(Constant(4), first);
        Assert.NotNull(CheckpointManifest.Read(source.Checkpoint).UnsentReports);
        var copy = Path.Combine(Folder, "checkpoints", "second", "attempt-0", "step-000000004");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        Directory.Move(source.Checkpoint, copy);
        var second = new RecordingObserver();
        var from = first.Checkpoints[^1] with { Reference = "second/attempt-0/step-000000004" };
        var outcome = Run(Constant(8), second, new OneWorkerJob.Beginning(1, from, "second"));
        Assert.Equal("", outcome.Fault);
        Assert.Equal([5, 6, 7, 8], second.Steps.Select(step => step.Step));
        Assert.Equal(Complete(Constant(8)).StateSha256, outcome.Result!.StateSha256);
    }

    private string Copy => Path.Combine(Folder, "checkpoints", "job", "attempt-0", "step-000000001");

    // As the silo does.
    private StartSpec Taken(JobResult source)
    {
        Directory.CreateDirectory(Copy);
        foreach (var file in Directory.EnumerateFiles(source.Checkpoint))
        {
            File.Copy(file, Path.Combine(Copy, Path.GetFileName(file)), overwrite: true);
        }

        return new StartSpec
        {
            Checkpoint = source.Checkpoint,
            Taken = new JobCheckpoint
            {
                Step = source.Steps,
                Reference = "job/attempt-0/step-000000001",
                WeightsSha256 = source.WeightsSha256,
                StateSha256 = source.StateSha256,
                SizeBytes = 1,
                CommittedAt = DateTimeOffset.UnixEpoch,
            },
        };
    }

    private static double LossOf(RecordingObserver observer) => observer.Points.First(point => point.Name == "train/loss").Value;
}
