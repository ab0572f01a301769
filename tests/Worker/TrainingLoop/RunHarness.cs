using System.Net;
using System.Text.Json;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Preparation;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>A small job of one worker, and what starts its run in this process.</summary>
public abstract class RunHarness : IDisposable
{
    private protected readonly string folder = Directory.CreateTempSubdirectory("seqcluster-worker-").FullName;
    private protected readonly PreparedDataset dataset;

    protected RunHarness()
    {
        File.WriteAllText(Path.Combine(folder, "text.txt"), string.Concat(Enumerable.Range(0, 400).Select(number => $"line {number} of the text\n")));
        dataset = DataCatalog.Prepare(Path.Combine(folder, "datasets"), new PreparationRequest("text", """{"path":["text.txt"]}""", folder, 16));
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected JobResult Complete(JobSpec spec, RecordingObserver? observer = null)
    {
        var outcome = Run(spec, observer ?? new RecordingObserver());
        Assert.Equal("", outcome.Fault);
        return outcome.Result!;
    }

    private protected RunOutcome Run(JobSpec spec, RecordingObserver observer, Action<TrainingRun>? started = null) =>
        Run(spec, observer, new Beginning(1, null), started);

    /// <summary>Which attempt, and what it goes on from.</summary>
    private protected sealed record Beginning(int Attempt, WrittenCheckpoint? From);

    /// <summary>To the first thing that the run comes to.</summary>
    private protected RunOutcome Run(JobSpec spec, RecordingObserver observer, Beginning beginning, Action<TrainingRun>? started = null)
    {
        using var listener = new GroupListener(IPAddress.Loopback);
        using var run = new TrainingRun(AssignmentOf(spec, beginning), listener, torch.CPU, Files(), observer);
        observer.OnEnded ??= _ => run.Abort("it has come to something");
        started?.Invoke(run);
        var last = run.Run();
        return observer.Outcomes.LastOrDefault() ?? last;
    }

    private protected WorkerFiles Files() => new(Path.Combine(folder, "cache"), 1 << 30, silo: null, "w0", TimeProvider.System);

    private protected Assignment AssignmentOf(JobSpec spec, Beginning? beginning = null) => new()
    {
        Version = 1,
        JobId = "job",
        Attempt = beginning?.Attempt ?? 1,
        Generation = 1,
        StartStep = beginning?.From?.Step ?? 0,
        ResumeFrom = beginning?.From?.Reference,
        ResumeStateSha256 = beginning?.From?.StateSha256,
        Rank = 0,

        // A member alone is never dialled.
        Members = [new Contracts.Workers.PeerAddress { WorkerId = "w0", Incarnation = "i", HostId = "h", DataPlaneAddress = "127.0.0.1:1" }],
        Replicas = spec.Workers.Replicas,
        Secret = new byte[32],
        SpecJson = JsonSerializer.Serialize(spec, JsonSerializerOptions.Web),
        CheckpointFolder = Path.Combine(folder, "checkpoints", "job", $"attempt-{beginning?.Attempt ?? 1}"),
    };

    private protected JobSpec Spec(int steps = 6, long seed = 1, int replicas = 5, double dropout = 0.1, string strategy = "allReduce", string optimizer = "adamw", int everySteps = 0) => new()
    {
        Name = "job",
        Seed = seed,
        Model = new ModelSpec
        {
            Kind = "transformer-lm",
            SettingsJson = JsonSerializer.Serialize(new { width = 16, layers = 1, heads = 2, block = 16, dropout }),
        },
        Data = new DataSpec { ManifestPath = dataset.ManifestPath, ManifestSha256 = dataset.Sha256 },
        Train = new TrainSpec
        {
            Steps = steps,
            MicroBatch = 3,
            Strategy = strategy,
            CheckpointEverySteps = everySteps,
            ClipNorm = 0.5,
            Optimizer = new OptimizerSpec { Kind = optimizer, LearningRate = 1e-2, WeightDecay = 0.1 },
        },
        Evaluate = new EvaluateSpec { EverySteps = 20, BatchSize = 4 },
        Workers = new WorkersSpec { Replicas = replicas },
    };
}
