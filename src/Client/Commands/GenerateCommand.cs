using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster generate</c>: the worker program does it, because it takes LibTorch. The text appears as it is made.</summary>
internal sealed class GenerateCommand : CheckpointVerb
{
    private readonly GenerationOptions options = new();
    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public GenerateCommand(ClientEnvironment environment)
        : base(environment, "generate", "Continue a prompt with a trained language model, or make sound with a WaveNet.", "seqcluster generate char-lm-x4k2qa --prompt 'public ' --tokens 300")
    {
        options.AddTo(this);
        Options.Add(allowAssembly);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = await FolderAsync(line, cancellation);
        var text = new StringWriter();
        var isJson = IsJson(line);
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(Environment).Find("Worker"), Words(folder, line), isJson ? text : Environment.Output, Environment.Error, cancellation);
        if (isJson && exitCode == ExitCodes.Done)
        {
            Environment.Output.WriteLine(options.SoundFile(line) is { } file
                ? JsonSerializer.Serialize(new { Checkpoint = folder, Out = Path.GetFullPath(file, Environment.WorkingFolder) }, JsonView.Options)
                : JsonSerializer.Serialize(new { Checkpoint = folder, Text = text.ToString() }, JsonView.Options));
        }

        return exitCode;
    }

    // A WaveNet is never somebody else's.
    private IEnumerable<string> Words(string folder, ParseResult line) => options.SoundFile(line) is null
        ? [.. options.ToArguments(folder, line), .. AllowedAssembliesOption.Words(line.GetRequiredValue(allowAssembly), Environment)]
        : options.ToArguments(folder, line);
}
