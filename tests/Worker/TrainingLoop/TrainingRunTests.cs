using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>
/// A run of one worker from assignment to checkpoint. Runs of several workers need several processes (LibTorch's generator is
/// one per process): tests/EndToEnd has them.
/// </summary>
public sealed class TrainingRunTests : RunHarness
{
    [TorchFact]
    public void Run_SmallJob_LearnsAndLeavesACheckpointThatHoldsItsHashes()
    {
        var observer = new RecordingObserver();
        var result = Complete(Spec(steps: 30), observer);
        Assert.Equal(
            [MemberPhase.Preparing, MemberPhase.Connecting, MemberPhase.Training, MemberPhase.Evaluating, MemberPhase.Training, MemberPhase.Evaluating, MemberPhase.Saving],
            observer.Phases);
        var losses = observer.Points.Where(point => point.Name == "train/loss").Select(point => point.Value).ToArray();
        Assert.Equal(30, losses.Length);
        Assert.True(losses[^1] < losses[0] - 0.5, $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.InRange(result.ValidationLoss!.Value, 0, losses[0]);
        var manifest = CheckpointManifest.Read(result.Checkpoint);
        Assert.Equal((result.WeightsSha256, result.StateSha256, 30), (manifest.WeightsSha256, manifest.StateSha256, manifest.Step));
        Assert.Equal(result.WeightsSha256, HashOf(Path.Combine(result.Checkpoint, CheckpointManifest.WeightsFile)));
    }

    /// <summary>
    /// No change of the program may change what a job file means. The bits are those of one instruction set and one version of the
    /// libraries; elsewhere the test is skipped and says so.
    /// </summary>
    [KnownBitsFact]
    public void Run_JobOfKnownResult_StillHasItsBits()
    {
        var result = Complete(Spec(steps: 12));
        Assert.Equal("31bfb66e12443abea456cd2f1ce194b3014c324b0555998f0f7de9b8d9e0f63d", result.WeightsSha256);
        Assert.Equal("bbc0ce3d67238cf4e8b57167c6bcfd3d421f652238dba5b30aba292dddd792c5", result.StateSha256);
    }

    [TorchFact]
    public void Run_SameJobTwice_SameHashesAndReports()
    {
        var (first, second) = (new RecordingObserver(), new RecordingObserver());
        var one = Complete(Spec(), first);
        var two = Complete(Spec(), second);
        Assert.Equal((one.WeightsSha256, one.StateSha256, one.TrainLoss, one.ValidationLoss), (two.WeightsSha256, two.StateSha256, two.TrainLoss, two.ValidationLoss));
        Assert.Equal(first.Steps.SelectMany(step => step.Replicas), second.Steps.SelectMany(step => step.Replicas));
    }

    [TorchFact]
    public void Run_OtherSeedDropoutOrReplicas_OtherHash()
    {
        var hashes = new[] { Spec(), Spec(seed: 2), Spec(replicas: 4), Spec(dropout: 0.2), Spec(optimizer: "sgd") }.Select(spec => Complete(spec).WeightsSha256);
        Assert.Equal(5, hashes.Distinct().Count());
    }

    [TorchFact]
    public void Run_ParameterServer_SameHashesAsAllReduce()
    {
        var (allReduce, parameterServer) = (Complete(Spec()), Complete(Spec(strategy: "parameterServer")));
        Assert.Equal((allReduce.WeightsSha256, allReduce.StateSha256), (parameterServer.WeightsSha256, parameterServer.StateSha256));
    }

    [TorchFact]
    public void Run_OverAnEpoch_FeedsEachSampleOnce()
    {
        // 9,000 tokens of training text in blocks of 16: 562 samples, 15 a step, the last step of the epoch short.
        var observer = new RecordingObserver();
        Complete(Spec(steps: 45), observer);
        var first = observer.Steps.Where(step => step.Epoch == 0).ToList();
        var samples = first.Sum(step => step.Replicas.Sum(replica => replica.Samples));
        var tokens = dataset.Manifest.Train.Sum(shard => shard.Tokens);
        Assert.InRange(samples, (tokens / 16) - 2, tokens / 16);
        Assert.Contains(observer.Steps, step => step.Epoch == 1);
        Assert.Equal(first.SelectMany(step => step.Replicas).Count(replica => replica.Samples > 0), first.SelectMany(step => step.Replicas).Where(replica => replica.Samples > 0).Select(replica => replica.Digest).Distinct().Count());
    }

    [TorchFact]
    public void Abort_WhileTraining_EndsSoonAndSaysWhy()
    {
        TrainingRun? run = null;
        var outcome = Run(Spec(steps: 100_000), new RecordingObserver((phase, step) =>
        {
            if (phase == MemberPhase.Training && step == 3)
            {
                run!.Abort("enough");
            }
        }), started => run = started);
        Assert.Equal(("stopped: enough", true), (outcome.Fault, outcome.Retryable));
    }

    [TorchFact]
    public void Run_DamagedShard_FailsForGoodAndNamesIt()
    {
        var shard = Path.Combine(dataset.Folder, dataset.Manifest.Train[0].RelativePath);
        var bytes = File.ReadAllBytes(shard);
        bytes[0] ^= 1;
        File.WriteAllBytes(shard, bytes);
        var outcome = Run(Spec(), new RecordingObserver());
        Assert.False(outcome.Retryable);
        Assert.Contains(dataset.Manifest.Train[0].Sha256, outcome.Fault, StringComparison.Ordinal);
    }

    [TorchTheory]
    [InlineData("allReduce", "adamw")]
    [InlineData("parameterServer", "adamw")]
    [InlineData("allReduce", "sgd")]
    public void Run_FromAnyCheckpoint_EndsInTheBitsOfTheWholeRun(string strategy, string optimizer)
    {
        var spec = Spec(steps: 9, strategy: strategy, optimizer: optimizer, everySteps: 3);
        var whole = new RecordingObserver();
        var expected = Complete(spec, whole);
        Assert.Equal([3, 6, 9], whole.Checkpoints.Select(written => written.Step));
        foreach (var from in whole.Checkpoints)
        {
            var observer = new RecordingObserver();
            var resumed = Run(spec, observer, new OneWorkerJob.Beginning(2, from)).Result!;
            Assert.Equal((expected.WeightsSha256, expected.StateSha256), (resumed.WeightsSha256, resumed.StateSha256));
            Assert.Equal((expected.TrainLoss, expected.ValidationLoss), (resumed.TrainLoss, resumed.ValidationLoss));

            // Nobody had stored the reports of the steps before: they were in the checkpoint.
            Assert.Equal(Enumerable.Range(1, 9), observer.Steps.Select(step => step.Step));
            Assert.Equal(Enumerable.Repeat(1, from.Step).Concat(Enumerable.Repeat(2, 9 - from.Step)), observer.Ledger.Kept.Where(entry => entry.Report is not null).Select(entry => entry.Place.Attempt));
            Assert.Equal(whole.Steps.SelectMany(step => step.Replicas), observer.Steps.SelectMany(step => step.Replicas));
            Assert.True(Directory.Exists(resumed.Checkpoint));
        }
    }

    /// <summary>Where the folder should be lies a file: nothing can be written, until somebody takes it away.</summary>
    [TorchFact]
    public void Run_CheckpointsCannotBeWritten_GoesOnAndTheLastIsTriedAgain()
    {
        var place = Path.Combine(Folder, "checkpoints", "job");
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, "in the way");
        var observer = new RecordingObserver();
        observer.OnCheckpointFailed = step =>
        {
            if (step == 9)
            {
                File.Delete(place);
            }
        };
        var result = Complete(Spec(steps: 9, everySteps: 3), observer);
        Assert.Equal([3, 6, 9], observer.FailedCheckpoints.Select(failed => failed.Step));
        Assert.Contains(Path.GetDirectoryName(place)!, observer.FailedCheckpoints[0].Detail, StringComparison.Ordinal);
        Assert.Contains("training goes on", observer.FailedCheckpoints[0].Detail, StringComparison.Ordinal);
        Assert.Equal(9, Assert.Single(observer.Checkpoints).Step);
        Assert.Equal(Complete(Spec(steps: 9)).StateSha256, result.StateSha256);
    }

    /// <summary>Of the checkpoint itself, not of an evaluation before it.</summary>
    [TorchFact]
    public void Run_CheckpointsAndEvaluations_EachCheckpointHasTheLossOfItsOwnStep()
    {
        var observer = new RecordingObserver();
        Complete(Spec(steps: 8, everySteps: 2) with { Evaluate = new EvaluateSpec { EverySteps = 4, BatchSize = 4, Batches = 2 } }, observer);
        var losses = observer.Points.Where(point => point.Name == "validation/loss").ToDictionary(point => point.Step, point => point.Value);
        Assert.Equal(
            [(2, null), (4, losses[4]), (6, null), (8, losses[8])],
            observer.Checkpoints.Select(written => (written.Step, written.EvaluatedLoss)));
    }

    [TorchFact]
    public void Yield_WhileTraining_LeavesACheckpointOfTheStepThatItReported()
    {
        TrainingRun? run = null;
        var spec = Spec(steps: 20);
        var observer = new RecordingObserver((phase, step) =>
        {
            if (phase == MemberPhase.Training && step == 3)
            {
                run!.Take(AssignmentOf(spec) with { Yields = true });
            }
        });
        var outcome = Run(spec, observer, started => run = started);
        Assert.Equal((true, null, ""), (outcome.HasYielded, outcome.Result, outcome.Fault));
        Assert.Equal(4, observer.Steps[^1].Step);
        var written = Assert.Single(observer.Checkpoints);
        Assert.Equal((4, "job/attempt-1/step-000000004"), (written.Step, written.Reference));
        var manifest = CheckpointManifest.Read(Path.Combine(Folder, "checkpoints", written.Reference));
        Assert.Equal((4, written.StateSha256), (manifest.Step, manifest.StateSha256));
        Assert.Equal(Complete(spec).StateSha256, Run(spec, new RecordingObserver(), new OneWorkerJob.Beginning(2, written)).Result!.StateSha256);
    }

    [TorchFact]
    public void Yield_InTheLastStep_CompletesTheRun()
    {
        TrainingRun? run = null;
        var spec = Spec(steps: 3);
        var outcome = Run(
            spec, new RecordingObserver((phase, step) => Wish(phase, step, () => run!.Take(AssignmentOf(spec) with { Yields = true }))), started => run = started);
        Assert.NotNull(outcome.Result);

        static void Wish(MemberPhase phase, int step, Action yield)
        {
            if (phase == MemberPhase.Training && step == 2)
            {
                yield();
            }
        }
    }

    [TorchTheory]
    [InlineData("missing")]
    [InlineData("weights")]
    [InlineData("optimizer")]
    [InlineData("truncated")]
    [InlineData("exchanged")]
    public void Run_FromADamagedCheckpoint_NamesItAndAnotherAttemptMayMendIt(string damage)
    {
        var whole = new RecordingObserver();
        Complete(Spec(steps: 6, everySteps: 3), whole);
        var (first, last) = (whole.Checkpoints[0], whole.Checkpoints[1]);
        Damage(Path.Combine(Folder, "checkpoints", first.Reference), Path.Combine(Folder, "checkpoints", last.Reference), damage);
        var outcome = Run(Spec(steps: 6), new RecordingObserver(), new OneWorkerJob.Beginning(2, first));
        Assert.Equal((null, true, first.Reference), (outcome.Result, outcome.Retryable, outcome.DamagedCheckpoint));
        Assert.Contains(first.Reference, outcome.Fault, StringComparison.Ordinal);
    }

    private static void Damage(string checkpoint, string other, string how)
    {
        var (weights, optimizer) = (Path.Combine(checkpoint, CheckpointManifest.WeightsFile), Path.Combine(checkpoint, CheckpointManifest.OptimizerFile));
        switch (how)
        {
            case "missing":
                Directory.Delete(checkpoint, recursive: true);
                break;
            case "truncated":
                File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^1]);
                break;
            case "exchanged":
                Directory.Delete(checkpoint, recursive: true);
                Directory.Move(other, checkpoint);
                break;
            default:
                var path = how == "weights" ? weights : optimizer;
                var bytes = File.ReadAllBytes(path);
                bytes[^1] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
        }
    }

    private static string HashOf(string path)
    {
        using var file = SafetensorsFile.Read(path);
        return WeightsHash.Sha256(file.Tensors.Select(tensor =>
        {
            var bytes = new byte[tensor.SizeBytes];
            file.CopyTo(tensor, bytes);
            return new NamedTensor(tensor.Name, tensor.Type, tensor.Shape, bytes);
        }).ToList());
    }
}
