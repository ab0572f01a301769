using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SeqCluster.Client.Commands;
using SeqCluster.Client.Versions;

namespace SeqCluster.Client;

/// <summary>
/// The <c>seqcluster</c> command line: which verbs there are and how a faulty line is refused. It never does a verb's work.
/// </summary>
public static class CommandLine
{
    /// <summary>Parses and runs one command line.</summary>
    /// <param name="args">The words after <c>seqcluster</c>.</param>
    /// <param name="environment">All that the verb touches.</param>
    /// <returns>The process's exit code, one of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, ClientEnvironment environment)
    {
        var result = CreateRoot(environment).Parse(args);

        // Signals are the verbs' business: each knows what the kind thing is.
        if (result.Errors.Count == 0 || result.Action is not ParseErrorAction refusal)
        {
            return await result.InvokeAsync(new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Error,
                ProcessTerminationTimeout = null,
            });
        }

        // The library sends suggestions and help to the output; a script that reads it must not find them there.
        refusal.ShowHelp = false;
        await result.InvokeAsync(new InvocationConfiguration { Output = environment.Error, Error = environment.Error, ProcessTerminationTimeout = null });
        environment.Error.WriteLine("See: seqcluster --help");
        return ExitCodes.WrongInput;
    }

    /// <summary>The whole tree of verbs and options, as <c>--help</c> lists it.</summary>
    /// <param name="given">What the verbs would touch; of this process by default.</param>
    public static RootCommand CreateRoot(ClientEnvironment? given = null)
    {
        var environment = given ?? ClientEnvironment.OfThisProcess();
        var version = new VersionCommand(environment);
        var root = new RootCommand("Trains sequence models on many workers, with a result that does not depend on the cluster.")
        {
            HelpName = "seqcluster",
        };
        foreach (var verb in Verbs(environment, version))
        {
            root.Subcommands.Add(verb);
        }

        // `--version` says the same as the verb: a bare number would hide what the build stands on.
        root.Options.OfType<VersionOption>().Single().Action = version.Action;
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<Command> Verbs(ClientEnvironment environment, VersionCommand version) =>
    [
        new RunCommand(environment),
        new DevCommand(environment),
        new SiloCommand(environment),
        new WorkerCommand(environment),
        new LoginCommand(environment),
        new LogoutCommand(environment),
        TokenCommands.Create(environment),
        new SubmitCommand(environment),
        new JobsCommand(environment),
        new ShowCommand(environment),
        new WatchCommand(environment),
        new LogsCommand(environment),
        new EventsCommand(environment),
        PlainSteerCommand.Cancel(environment),
        PlainSteerCommand.Pause(environment),
        PlainSteerCommand.Resume(environment),
        new ScaleCommand(environment),
        new CheckpointsCommand(environment),
        new AuditCommand(environment),
        new WorkersCommand(environment),
        new DrainCommand(environment),
        new GenerateCommand(environment),
        new AverageCommand(environment),
        new ExportCommand(environment),
        new TranslateCommand(environment),
        new EvaluateCommand(environment),
        DataCommands.Create(environment),
        new SchemaCommand(environment),
        version,
    ];

    /// <summary>The library's help, and below it a line to copy.</summary>
    private sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb { Example: var example })
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Example:");
                output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return exitCode;
        }
    }
}
