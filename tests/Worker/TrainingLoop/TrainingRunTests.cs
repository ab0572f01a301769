using System.Net;
using System.Text.Json;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Preparation;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>
/// A run of one worker from assignment to checkpoint. Runs of several workers need several processes (LibTorch's generator is
/// one per process): tests/EndToEnd has them.
/// </summary>
public sealed class TrainingRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-worker-").FullName;
    private readonly PreparedDataset dataset;

    public TrainingRunTests()
    {
        File.WriteAllText(Path.Combine(folder, "text.txt"), string.Concat(Enumerable.Range(0, 400).Select(number => $"line {number} of the text\n")));
        dataset = TextPreparation.Prepare(Path.Combine(folder, "datasets"), new TextPreparationOptions(folder, ["text.txt"], "char", 0.1, 17));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [TorchFact]
    public void Run_SmallJob_LearnsAndLeavesACheckpointThatHoldsItsHashes()
    {
        var observer = new RecordingObserver();
        var result = Complete(Spec(steps: 30), observer);
        Assert.Equal(
            [MemberPhase.Preparing, MemberPhase.Connecting, MemberPhase.Training, MemberPhase.Evaluating, MemberPhase.Training, MemberPhase.Evaluating, MemberPhase.Training, MemberPhase.Saving],
            observer.Phases);
        var losses = observer.Metrics.Where(point => point.Name == "train/loss").Select(point => point.Value).ToArray();
        Assert.Equal(30, losses.Length);
        Assert.True(losses[^1] < losses[0] - 0.5, $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.InRange(result.ValidationLoss!.Value, 0, losses[0]);
        var manifest = CheckpointManifest.Read(result.Checkpoint);
        Assert.Equal((result.WeightsSha256, result.StateSha256, 30), (manifest.WeightsSha256, manifest.StateSha256, manifest.Step));
        Assert.Equal(result.WeightsSha256, HashOf(Path.Combine(result.Checkpoint, CheckpointManifest.WeightsFile)));
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

    private JobResult Complete(JobSpec spec, RecordingObserver? observer = null)
    {
        var outcome = Run(spec, observer ?? new RecordingObserver());
        Assert.Equal("", outcome.Fault);
        return outcome.Result!;
    }

    private RunOutcome Run(JobSpec spec, RecordingObserver observer, Action<TrainingRun>? started = null)
    {
        using var listener = new GroupListener(IPAddress.Loopback);
        var assignment = new Assignment
        {
            Version = 1,
            JobId = "job",
            Attempt = 1,
            Generation = 1,
            StartStep = 0,
            Rank = 0,
            Members = [new Contracts.Workers.PeerAddress { WorkerId = "w0", Incarnation = "i", HostId = "h", DataPlaneAddress = $"127.0.0.1:{listener.Port}" }],
            Replicas = spec.Workers.Replicas,
            Secret = new byte[32],
            SpecJson = JsonSerializer.Serialize(spec, JsonSerializerOptions.Web),
            CheckpointFolder = Path.Combine(folder, "checkpoints"),
        };
        using var run = new TrainingRun(assignment, listener, torch.CPU, observer);
        started?.Invoke(run);
        return run.Run();
    }

    private JobSpec Spec(int steps = 6, long seed = 1, int replicas = 5, double dropout = 0.1, string strategy = "allReduce", string optimizer = "adamw") => new()
    {
        Name = "job",
        Seed = seed,
        Model = new ModelSpec
        {
            Kind = "transformer-lm",
            SettingsJson = JsonSerializer.Serialize(new { width = 16, layers = 1, heads = 2, block = 16, dropout }),
        },
        Data = new DataSpec { Path = ["text.txt"], ManifestPath = dataset.ManifestPath, ManifestSha256 = dataset.Sha256 },
        Train = new TrainSpec
        {
            Steps = steps,
            MicroBatch = 3,
            Strategy = strategy,
            ClipNorm = 0.5,
            Optimizer = new OptimizerSpec { Kind = optimizer, LearningRate = 1e-2, WeightDecay = 0.1 },
        },
        Evaluate = new EvaluateSpec { EverySteps = 20, BatchSize = 4 },
        Workers = new WorkersSpec { Replicas = replicas },
    };

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
