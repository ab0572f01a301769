using System.CommandLine;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Transfers;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Commands;

/// <summary>Writes the mean of several checkpoints' weights as a checkpoint of its own, to evaluate and to decode with; training cannot go on from it.</summary>
internal sealed class AverageCommand : Command
{
    private readonly Argument<DirectoryInfo[]> checkpoints = new("CHECKPOINT")
    {
        Description = "Folders of checkpoints of one job.",
        Arity = new ArgumentArity(2, 1_000),
    };

    private readonly Option<DirectoryInfo> output = new("--out") { Description = "The new checkpoint's folder; must not exist.", Required = true };

    public AverageCommand()
        : base("average", "Average the weights of checkpoints.\n\nExample:\n  SeqCluster.Worker average step-000001000 step-000002000 --out averaged")
    {
        Arguments.Add(checkpoints);
        Options.Add(output);
        SetAction(parsed => Average([.. parsed.GetRequiredValue(checkpoints).Select(folder => folder.FullName)], parsed.GetRequiredValue(output).FullName));
    }

    private static int Average(IReadOnlyList<string> folders, string output)
    {
        try
        {
            if (Path.Exists(output))
            {
                throw new IOException($"{output} exists: give a folder that does not");
            }

            var weights = WeightAverage.Of([.. folders.Select(folder => CheckpointManifest.Read(folder).CheckedFile(folder, CheckpointManifest.WeightsFile))]);
            Write(output, CheckpointManifest.Read(folders[^1]), weights);
            Console.WriteLine(output);
            return 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"average: {fault.Message}");
            return 2;
        }
    }

    // The manifest of the last one: same job, same data, its step. There is no optimizer state, so the state is the weights alone.
    private static void Write(string output, CheckpointManifest last, IReadOnlyList<NamedTensor> weights)
    {
        var staging = output + ".writing";
        Directory.CreateDirectory(staging);
        try
        {
            var path = Path.Combine(staging, CheckpointManifest.WeightsFile);
            SafetensorsFile.Write(path, weights);
            var hash = WeightsHash.Sha256(weights);
            var manifest = last with
            {
                ValidationLoss = null,
                WeightsSha256 = hash,
                StateSha256 = hash,
                Files = new Dictionary<string, string> { [CheckpointManifest.WeightsFile] = FileContent.HashOf(path) },
            };
            File.WriteAllBytes(Path.Combine(staging, CheckpointManifest.FileName), manifest.ToBytes());
            Directory.Move(staging, output);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }
}
