using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Splits;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Evaluation;
using SeqCluster.Worker.ShardReading;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Commands;

/// <summary>Evaluates a checkpoint on its dataset, or on another of the same kind, as a job does after its last step; alone, as a group of one.</summary>
internal sealed class EvaluateCommand : Command
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Option<DirectoryInfo> checkpoint = new("--checkpoint") { Description = "The checkpoint's folder.", Required = true };
    private readonly Option<DirectoryInfo?> dataset = new("--dataset") { Description = "The folder of a prepared dataset, instead of the job's." };
    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();
    private readonly SequenceDecodingOptions decoding = new();

    public EvaluateCommand()
        : base("evaluate", "Evaluate a checkpoint on held-out data.\n\nExample:\n  SeqCluster.Worker evaluate --checkpoint runs/x/checkpoints/step-000000600")
    {
        Options.Add(checkpoint);
        Options.Add(dataset);
        Options.Add(allowAssembly);
        decoding.AddTo(this);
        SetAction(line => Evaluate(line.GetRequiredValue(checkpoint).FullName, line.GetValue(dataset)?.FullName, line));
    }

    private int Evaluate(string folder, string? datasetFolder, ParseResult line)
    {
        if (Engine.Start("cpu") is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        try
        {
            var manifest = CheckpointManifest.Read(folder);
            var spec = manifest.Job with { Evaluate = decoding.Over(manifest.Job.Evaluate, line) };
            using var data = Open(spec, datasetFolder, manifest.Data);
            using var job = new PreparedJob(
                spec, data, replicas: 1, torch.CPU, line.Allowed(allowAssembly), static _ => throw new InvalidOperationException("an evaluation writes no checkpoints"));
            CheckpointModel.LoadInto(job.Model, folder, manifest);
            using var listener = new GroupListener(IPAddress.Loopback);
            using var group = CollectiveGroup.Join(Alone(listener.Port), listener);
            var loss = job.Carried is null
                ? new Evaluator(group, job.Model, job.Validation, spec.Evaluate).Evaluate(manifest.Step, whole: true, static () => { })
                : new TrackEvaluator(group, job.Model, (TextSplit)job.Validation).Evaluate(manifest.Step, spec.Evaluate.BatchSize, limit: 0, static () => { });
            var scores = new TaskEvaluation(group, job, spec.Evaluate).Scores(manifest.Step, loss, static () => { });
            Console.WriteLine(JsonSerializer.Serialize(new { manifest.Step, ValidationLoss = loss, Scores = scores }, Json));
            return 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or ArgumentException)
        {
            Console.Error.WriteLine($"evaluate: {fault.Message}");
            return 2;
        }
    }

    // Other words than the model's would get its numbers.
    private static DatasetLease Open(JobSpec spec, string? folder, DataDescription trained)
    {
        var path = folder is null ? spec.Data.ManifestPath : Path.Combine(folder, DatasetManifest.FileName);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: there is no such dataset; prepare the data again and name its folder with --dataset");
        }

        var manifest = DatasetManifest.Read(path, folder is null ? spec.Data.ManifestSha256 : null);
        return JsonSerializer.Serialize(manifest.Data) == JsonSerializer.Serialize(trained)
            ? new DatasetLease(Path.GetDirectoryName(path)!, manifest, held: null)
            : throw new InvalidDataException($"{path}: its kind or vocabulary is not what the model was trained with");
    }

    private static GroupOptions Alone(int port) => new()
    {
        Job = "evaluate",
        Attempt = 1,
        Generation = 1,
        Rank = 0,
        Replicas = 1,
        Peers = [new PeerAddress("127.0.0.1", port, "here")],
        BucketElements = [1],
        Secret = new byte[32],
    };
}
