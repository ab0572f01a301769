using System.CommandLine;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Commands;

/// <summary>Writes a checkpoint's model for other tools (<see cref="ModelExport"/>). Loads no native library.</summary>
internal sealed class ExportCommand : Command
{
    private readonly Option<DirectoryInfo> checkpoint = new("--checkpoint") { Description = "The checkpoint's folder.", Required = true };
    private readonly Option<DirectoryInfo> target = new("--to") { Description = "The new folder; must not exist.", Required = true };
    private readonly Option<bool> trained = new("--trained-weights") { Description = "The weights themselves, also where the job kept a mean of them." };

    public ExportCommand()
        : base("export", "Write a checkpoint's model for other tools.\n\nExample:\n  SeqCluster.Worker export --checkpoint step-000001000 --to model")
    {
        Options.Add(checkpoint);
        Options.Add(target);
        Options.Add(trained);
        SetAction(parsed => Export(parsed.GetRequiredValue(checkpoint).FullName, parsed.GetRequiredValue(target).FullName, parsed.GetValue(trained)));
    }

    private static int Export(string folder, string target, bool isTrained)
    {
        try
        {
            if (Path.Exists(target))
            {
                throw new IOException($"{target} exists: give a folder that does not");
            }

            ModelExport.Write(folder, target, isTrained);
            Console.WriteLine(target);
            return 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"export: {fault.Message}");
            return 2;
        }
    }
}
