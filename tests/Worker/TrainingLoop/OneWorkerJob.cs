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

/// <summary>A job on one worker in this process, from data that it prepares itself. Runs of several workers are in tests/EndToEnd.</summary>
internal sealed class OneWorkerJob : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("seqcluster-worker-").FullName;

    /// <summary>A job of five replicas, with dropout where the model's settings have it, clipping and weight decay.</summary>
    /// <param name="model">Kind and settings.</param>
    /// <param name="data">Kind and settings.</param>
    /// <param name="train">Changes how it is trained.</param>
    public JobSpec Spec((string Kind, object Settings) model, (string Kind, object Settings) data, Func<TrainSpec, TrainSpec>? train = null)
    {
        var settings = JsonSerializer.Serialize(model.Settings);
        var dataset = DataCatalog.Prepare(
            Path.Combine(Folder, "datasets"), PreparationRequest.For(data.Kind, JsonSerializer.Serialize(data.Settings), Folder, settings));
        var defaults = new TrainSpec
        {
            Steps = 6,
            MicroBatch = 3,
            ClipNorm = 0.5,
            Optimizer = new OptimizerSpec { LearningRate = 1e-2, WeightDecay = 0.1 },
        };
        return new JobSpec
        {
            Name = "job",
            Model = new ModelSpec { Kind = model.Kind, SettingsJson = settings },
            Data = new DataSpec { Kind = data.Kind, ManifestPath = dataset.ManifestPath, ManifestSha256 = dataset.Sha256 },
            Train = train?.Invoke(defaults) ?? defaults,
            Evaluate = new EvaluateSpec { BatchSize = 4 },
            Workers = new WorkersSpec { Replicas = 5 },
        };
    }

    public JobResult Complete(JobSpec spec, RecordingObserver? observer = null, WrittenCheckpoint? from = null)
    {
        var outcome = Run(spec, observer ?? new RecordingObserver(), from);
        Assert.Equal("", outcome.Fault);
        return outcome.Result!;
    }

    public RunOutcome Run(JobSpec spec, RecordingObserver observer, WrittenCheckpoint? from = null) =>
        Run(spec, observer, new Beginning(from is null ? 1 : 2, from));

    /// <summary>To the first thing that the run comes to.</summary>
    public RunOutcome Run(JobSpec spec, RecordingObserver observer, Beginning beginning, Action<TrainingRun>? started = null)
    {
        using var listener = new GroupListener(IPAddress.Loopback);
        using var run = new TrainingRun(AssignmentOf(spec, beginning), listener, torch.CPU, Files(), observer);
        observer.OnEnded ??= _ => run.Abort("it has come to something");
        started?.Invoke(run);
        var last = run.Run();
        return observer.Outcomes.LastOrDefault() ?? last;
    }

    public WorkerFiles Files() => new(Path.Combine(Folder, "cache"), 1 << 30, silo: null, "w0", TimeProvider.System);

    public Assignment AssignmentOf(JobSpec spec, Beginning beginning) => new()
    {
        Version = 1,
        JobId = beginning.JobId,
        Attempt = beginning.Attempt,
        Generation = 1,
        StartStep = beginning.From?.Step ?? 0,
        ResumeStep = beginning.From?.Step ?? 0,
        ResumeFrom = beginning.From?.Reference,
        ResumeStateSha256 = beginning.From?.StateSha256,
        Rank = 0,

        // A member alone is never dialled.
        Members = [new Contracts.Workers.PeerAddress { WorkerId = "w0", Incarnation = "i", HostId = "h", DataPlaneAddress = "127.0.0.1:1" }],
        Replicas = spec.Workers.Replicas,
        Secret = new byte[32],
        SpecJson = JsonSerializer.Serialize(spec, JsonSerializerOptions.Web),
        CheckpointFolder = Path.Combine(Folder, "checkpoints", beginning.JobId, $"attempt-{beginning.Attempt}"),
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Which attempt, and what it goes on from.</summary>
    internal sealed record Beginning(int Attempt, WrittenCheckpoint? From, string JobId = "job");
}
