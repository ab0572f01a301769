using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Preparation;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>A small language model on one worker, with its text prepared.</summary>
public abstract class RunHarness : IDisposable
{
    private protected readonly PreparedDataset dataset;
    private readonly OneWorkerJob job = new();

    protected RunHarness()
    {
        File.WriteAllText(Path.Combine(Folder, "text.txt"), string.Concat(Enumerable.Range(0, 400).Select(number => $"line {number} of the text\n")));
        dataset = DataCatalog.Prepare(Path.Combine(Folder, "datasets"), new PreparationRequest("text", """{"path":["text.txt"]}""", Folder, 16));
    }

    private protected string Folder => job.Folder;

    public void Dispose()
    {
        job.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected JobResult Complete(JobSpec spec, RecordingObserver? observer = null) => job.Complete(spec, observer);

    private protected RunOutcome Run(JobSpec spec, RecordingObserver observer, Action<TrainingRun>? started = null) =>
        Run(spec, observer, new OneWorkerJob.Beginning(1, null), started);

    private protected RunOutcome Run(JobSpec spec, RecordingObserver observer, OneWorkerJob.Beginning beginning, Action<TrainingRun>? started = null) =>
        job.Run(spec, observer, beginning, started);

    private protected WorkerFiles Files() => job.Files();

    private protected Assignment AssignmentOf(JobSpec spec) => job.AssignmentOf(spec, new OneWorkerJob.Beginning(1, null));

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
