using System.Diagnostics;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Worker.Tests.TrainingLoop;

namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>A model for other tools, read by one: a script that knows the format of safetensors and nothing of ours.</summary>
public sealed class ModelExportTests : RunHarness
{
    private string Target => Path.Combine(Folder, "export");

    [PythonFact]
    public void Export_ATrainedModel_IsReadByAnIndependentReader()
    {
        var result = Complete(Spec(steps: 3));
        Assert.Equal(0, CommandLine.Run(["export", "--checkpoint", result.Checkpoint, "--to", Target]));
        var read = ReadWeights();
        Assert.Equal(result.WeightsSha256, read.GetProperty("hash").GetString());
        Assert.Equal(("pt", "3", "job"), (Metadata(read, "format"), Metadata(read, "step"), Metadata(read, "job")));

        var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Target, "config.json"))).RootElement;
        Assert.Equal(result.WeightsSha256, config.GetProperty("weightsSha256").GetString());
        Assert.Equal(("transformer-lm", 16), (config.GetProperty("model").GetProperty("kind").GetString(), config.GetProperty("model").GetProperty("settings").GetProperty("width").GetInt32()));
        Assert.Equal(result.TrainLoss, config.GetProperty("trainLoss").GetDouble());

        // Number by number what the job's own tokenizer says.
        var tokens = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Target, "tokens.json")))!;
        var tokenizer = TokenizerCatalog.Create(dataset.Manifest.Data.Tokenizer!);
        Assert.Equal(dataset.Manifest.Data.Tokenizer!.Size, tokens.Length);
        Assert.Equal(tokens, Enumerable.Range(0, tokens.Length).Select(number => tokenizer.Decode([number])));
        Assert.Equal(["config.json", "tokens.json", "weights.safetensors"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName).Order());
    }

    /// <summary>What is evaluated and used is what is exported, unless somebody wants the other.</summary>
    [PythonFact]
    public void Export_AJobWithAMean_IsTheMeanUnlessTheTrainedWeightsAreWanted()
    {
        var spec = Spec(steps: 3);
        var result = Complete(spec with { Train = spec.Train with { Ema = 0.9 } });
        Assert.Equal(0, CommandLine.Run(["export", "--checkpoint", result.Checkpoint, "--to", Target, "--trained-weights"]));
        var trained = ReadWeights();
        Assert.Equal(result.WeightsSha256, trained.GetProperty("hash").GetString());
        Directory.Delete(Target, recursive: true);

        Assert.Equal(0, CommandLine.Run(["export", "--checkpoint", result.Checkpoint, "--to", Target]));
        var mean = ReadWeights();
        Assert.NotEqual(result.WeightsSha256, mean.GetProperty("hash").GetString());
        Assert.Equal(trained.GetProperty("tensors").EnumerateObject().Select(tensor => tensor.Name), mean.GetProperty("tensors").EnumerateObject().Select(tensor => tensor.Name));
        Assert.Equal("mean", JsonDocument.Parse(File.ReadAllText(Path.Combine(Target, "config.json"))).RootElement.GetProperty("weights").GetString());
    }

    [TorchFact]
    public void Export_ADamagedCheckpointOrAFolderThatIsThere_IsRefusedAndLeavesNothing()
    {
        var result = Complete(Spec(steps: 2));
        var weights = Path.Combine(result.Checkpoint, "weights.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Equal(2, CommandLine.Run(["export", "--checkpoint", result.Checkpoint, "--to", Target]));
        Assert.False(Directory.Exists(Target) || Directory.Exists(Target + ".writing"));
        Assert.Equal(2, CommandLine.Run(["export", "--checkpoint", result.Checkpoint, "--to", Folder]));
    }

    private static string? Metadata(JsonElement read, string name) => read.GetProperty("metadata").GetProperty(name).GetString();

    private JsonElement ReadWeights()
    {
        var start = new ProcessStartInfo(PythonFactAttribute.Interpreter) { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Checkpointing/read_safetensors.py"));
        start.ArgumentList.Add(Path.Combine(Target, "weights.safetensors"));
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonDocument.Parse(answer).RootElement;
    }
}
