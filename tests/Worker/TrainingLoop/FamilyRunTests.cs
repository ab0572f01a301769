using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>Jobs of every family on one worker: from data to scores.</summary>
public sealed class FamilyRunTests : IDisposable
{
    private static readonly object SmallTask = new { length = 4, minimumLength = 2, symbols = 5, examples = 200, validationExamples = 12, testExamples = 10 };
    private static readonly (string, object) Transformer =
        ("transformer", new { width = 16, encoderLayers = 1, decoderLayers = 1, heads = 2, block = 8, dropout = 0.1 });

    private readonly OneWorkerJob job = new();

    public void Dispose() => job.Dispose();

    [TorchFact]
    public void Run_Pairs_LearnsAndEndsWithTheScoresOfItsTask()
    {
        var observer = new RecordingObserver();
        var result = job.Complete(
            job.Spec(("transformer-encoder", new { width = 32, layers = 1, heads = 1, block = 8 }), ("reverse", SmallTask), train => train with
            {
                Steps = 120,
                Optimizer = new OptimizerSpec { LearningRate = 1e-2 },
                MicroBatchTokens = 60,
            }),
            observer);
        Assert.Equal(["perplexity", "exact_match", "bleu", "chrf"], result.Scores.Select(score => score.Name));
        Assert.True(result.Scores[1].Value > 0.3, $"{result.Scores[1].Value:P0} of the sequences are right");
        Assert.Contains("tok:13a", result.Scores[2].Signature, StringComparison.Ordinal);
        Assert.Equal(Math.Exp(result.ValidationLoss!.Value), result.Scores[0].Value);
        var epoch = observer.Steps.Where(step => step.Epoch == 0).SelectMany(step => step.Replicas).Sum(replica => replica.Samples);
        Assert.Equal(200, epoch);
    }

    [TorchFact]
    public void Run_Text_EndsWithBitsPerCharacter()
    {
        File.WriteAllText(Path.Combine(job.Folder, "text.txt"), string.Concat(Enumerable.Range(0, 200).Select(number => $"line {number}\n")));
        var result = job.Complete(job.Spec(
            ("transformer-lm", new { width = 16, layers = 1, heads = 2, block = 16 }), ("text", new { path = new[] { "text.txt" } })));
        Assert.Equal(["perplexity", "bits_per_character"], result.Scores.Select(score => score.Name));
        Assert.Equal(result.ValidationLoss!.Value / Math.Log(2), result.Scores[1].Value);
    }

    [TorchTheory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Run_Series_LearnsAndEndsWithSquaredErrorsOfWhatIsHeldOut(double testFraction)
    {
        File.WriteAllText(
            Path.Combine(job.Folder, "a.csv"),
            "x\n" + string.Concat(Enumerable.Range(0, 400).Select(row => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{5 + Math.Sin(row * 0.4):F4}\n"))));
        var result = job.Complete(job.Spec(
            ("tcn", new { width = 8, levels = 3, kernel = 3, block = 24 }),
            ("csv", new { path = new[] { "a.csv" }, inputs = new[] { "x" }, window = 24, warmUp = 8, testFraction }),
            train => train with { Steps = 60, Optimizer = new OptimizerSpec { LearningRate = 1e-2 } }));
        Assert.Equal(testFraction > 0 ? ["mse", "nmse", "test_mse", "test_nmse"] : ["mse", "nmse"], result.Scores.Select(score => score.Name));
        Assert.Equal(result.ValidationLoss!.Value, result.Scores[0].Value);
        Assert.All(result.Scores, score => Assert.InRange(score.Value, 0, 0.2));
        Assert.Equal(result.Scores.Count, result.Scores.Select(score => score.Value).Distinct().Count());
    }

    [TorchFact]
    public void Run_WithMeanOfWeights_EvaluatesItKeepsItAndGoesOnFromIt()
    {
        JobSpec Spec(double ema) => job.Spec(Transformer, ("copy", SmallTask), train => train with { Ema = ema, CheckpointEverySteps = 3 });
        var (without, observer) = (job.Complete(Spec(0)), new RecordingObserver());
        var with = job.Complete(Spec(0.999), observer);

        // The weights are trained as if there were no mean; what is evaluated differs, and so does the state.
        Assert.Equal(without.WeightsSha256, with.WeightsSha256);
        Assert.NotEqual(without.StateSha256, with.StateSha256);
        Assert.NotEqual(without.ValidationLoss, with.ValidationLoss);
        using (var state = SafetensorsFile.Read(Path.Combine(with.Checkpoint, CheckpointManifest.OptimizerFile)))
        {
            Assert.Contains(state.Tensors, tensor => tensor.Name.StartsWith("ema.", StringComparison.Ordinal));
        }

        var resumed = job.Complete(Spec(0.999), from: observer.Checkpoints[0]);
        Assert.Equal((with.StateSha256, with.ValidationLoss), (resumed.StateSha256, resumed.ValidationLoss));
        Assert.Equal(with.StateSha256, job.Complete(Spec(0.999) with { Train = Spec(0.999).Train with { Strategy = "parameterServer" } }).StateSha256);
    }

    [TorchFact]
    public void Load_CheckpointOfAWaveNetWithMean_IsTheMean()
    {
        var result = job.Complete(job.Spec(
            ("wavenet", new { width = 8, skipWidth = 12, layers = 4, cycle = 2, block = 200 }),
            ("chord", new { rate = 2000, seconds = 2 }),
            train => train with { MicroBatch = 1, Ema = 0.99 }));
        using var model = CheckpointModel.Load(result.Checkpoint, CheckpointManifest.Read(result.Checkpoint));
        using var state = SafetensorsFile.Read(Path.Combine(result.Checkpoint, CheckpointManifest.OptimizerFile));
        using var weights = SafetensorsFile.Read(Path.Combine(result.Checkpoint, CheckpointManifest.WeightsFile));
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            Assert.Equal(Bytes(state, "ema." + name), parameter.detach().contiguous().bytes.ToArray());
            Assert.NotEqual(Bytes(weights, name), Bytes(state, "ema." + name));
        }

        static byte[] Bytes(SafetensorsFile file, string name)
        {
            var stored = file.Find(name) ?? throw new InvalidDataException(name);
            var bytes = new byte[stored.Shape.Aggregate(4, (product, length) => product * (int)length)];
            file.CopyTo(stored, bytes);
            return bytes;
        }
    }

    [TorchFact]
    public void Run_LossThatIsNoNumber_StopsAndNamesStepReplicaAndSamplesAndKeepsTheCheckpoint()
    {
        var spec = job.Spec(Transformer, ("copy", SmallTask), train => train with
        {
            Steps = 50,
            CheckpointEverySteps = 1,
            ClipNorm = 0,
            Optimizer = new OptimizerSpec { Kind = "sgd", LearningRate = 1e30 },
        });
        var observer = new RecordingObserver();
        var outcome = job.Run(spec, observer);
        Assert.False(outcome.Retryable);
        Assert.Matches(@"step \d+: the loss is not a finite number: replica 0 on samples \d+, \d+, \d+; replica 1 on", outcome.Fault);
        var failed = observer.Steps.Count + 1;
        Assert.Equal(failed - 1, observer.Checkpoints[^1].Step);
        Assert.True(Directory.Exists(Path.Combine(job.Folder, "checkpoints", observer.Checkpoints[^1].Reference)));
    }

    [TorchFact]
    public void Run_CarriedState_IsUsedIsInTheStateHashAndGoesOnFromACheckpoint()
    {
        File.WriteAllText(Path.Combine(job.Folder, "text.txt"), string.Concat(Enumerable.Range(0, 300).Select(number => $"line {number}\n")));
        JobSpec Spec(string sampling) => job.Spec(
            ("recurrent-lm", new { width = 8, embeddingWidth = 8, layers = 2, block = 10, dropout = 0.1 }),
            ("text", new { path = new[] { "text.txt" } }),
            train => train with { Steps = 30, MicroBatch = 3, Sampling = sampling, CheckpointEverySteps = 11 });
        var (whole, observer) = (new RecordingObserver(), new RecordingObserver());
        var anew = job.Complete(Spec("epoch"));
        var expected = job.Complete(Spec("tracks"), whole);
        Assert.NotEqual(anew.WeightsSha256, expected.WeightsSha256);
        foreach (var from in whole.Checkpoints.Take(2))
        {
            // Steps 11 and 22 are inside an epoch: what the rows carry has to be there.
            var resumed = job.Complete(Spec("tracks"), observer, from);
            Assert.Equal((expected.WeightsSha256, expected.StateSha256, expected.ValidationLoss), (resumed.WeightsSha256, resumed.StateSha256, resumed.ValidationLoss));
        }

        using var state = SafetensorsFile.Read(Path.Combine(expected.Checkpoint, CheckpointManifest.OptimizerFile));
        Assert.Equal(5 * 2 * 2, state.Tensors.Count(tensor => tensor.Name.StartsWith("replica.", StringComparison.Ordinal)));
        Assert.Equal([3, 8], state.Find("replica.0004.03")!.Shape);
    }

    [TorchFact]
    public void Run_TracksOfAModelWithoutState_AreRefused()
    {
        File.WriteAllText(Path.Combine(job.Folder, "text.txt"), new string('a', 2000) + "b");
        var spec = job.Spec(
            ("transformer-lm", new { width = 8, layers = 1, heads = 1, block = 10 }), ("text", new { path = new[] { "text.txt" } }), train => train with { Sampling = "tracks" });
        Assert.Contains("transformer-lm carries no state", job.Run(spec, new RecordingObserver()).Fault, StringComparison.Ordinal);
    }

    [TorchTheory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Evaluate_CheckpointWithoutASilo_GivesTheScoresOfTheRun(double ema)
    {
        var result = job.Complete(job.Spec(Transformer, ("copy", SmallTask), train => train with { Ema = ema }));
        var (exitCode, said) = Say("evaluate", "--checkpoint", result.Checkpoint);
        Assert.Equal(0, exitCode);
        using var answer = JsonDocument.Parse(said);
        Assert.Equal(result.ValidationLoss, answer.RootElement.GetProperty("validationLoss").GetDouble());
        Assert.Equal(
            result.Scores.Select(score => (score.Name, score.Value)),
            answer.RootElement.GetProperty("scores").EnumerateArray().Select(score => (score.GetProperty("name").GetString()!, score.GetProperty("value").GetDouble())));
    }

    private static (int ExitCode, string Said) Say(params string[] words)
    {
        var (before, said) = (Console.Out, new StringWriter());
        Console.SetOut(said);
        try
        {
            return (CommandLine.Run(words), said.ToString());
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
