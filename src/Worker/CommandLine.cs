using System.CommandLine;
using SeqCluster.Worker.Commands;

namespace SeqCluster.Worker;

/// <summary>The worker's command line. People meet it through <c>seqcluster worker</c>, <c>generate</c> and <c>version</c>.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs one command line; returns the exit code.</summary>
    public static int Run(string[] args)
    {
        var root = new RunCommand();
        root.Subcommands.Add(new EnvironmentCommand());
        root.Subcommands.Add(new GenerateCommand());
        root.Subcommands.Add(new EvaluateCommand());
        root.Subcommands.Add(new AverageCommand());
        root.Subcommands.Add(new ExportCommand());
        root.Subcommands.Add(new SoundCommand());
        root.Subcommands.Add(new TranslateCommand());
        return root.Parse(args).Invoke();
    }
}
