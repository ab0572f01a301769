using System.CommandLine;
using System.CommandLine.Invocation;
using SeqCluster.Client.Versions;

namespace SeqCluster.Client;

/// <summary>
/// The <c>seqcluster</c> command line: which verbs there are and how a faulty line is refused. It never does a verb's work.
/// </summary>
public static class CommandLine
{
    /// <summary>Exit code for a command line that cannot be understood.</summary>
    public const int UsageError = 2;

    /// <summary>Parses and runs one command line.</summary>
    /// <param name="args">The words after <c>seqcluster</c>.</param>
    /// <param name="output">Where the verb's result goes, and nothing else.</param>
    /// <param name="error">Where complaints and suggestions go.</param>
    /// <returns>The process's exit code: the verb's own, or <see cref="UsageError"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var result = CreateRoot().Parse(args);
        if (result.Errors.Count == 0 || result.Action is not ParseErrorAction refusal)
        {
            return result.Invoke(new InvocationConfiguration { Output = output, Error = error });
        }

        // The library sends suggestions and help to the output; a script that reads it must not find them there.
        refusal.ShowHelp = false;
        result.Invoke(new InvocationConfiguration { Output = error, Error = error });
        error.WriteLine("See: seqcluster --help");
        return UsageError;
    }

    /// <summary>The whole tree of verbs and options, as <c>--help</c> lists it.</summary>
    public static RootCommand CreateRoot()
    {
        var version = new VersionCommand();
        var root = new RootCommand("Trains sequence models on many workers, with a result that does not depend on the cluster.")
        {
            HelpName = "seqcluster",
        };
        root.Subcommands.Add(version);

        // `--version` says the same as the verb: a bare number would hide what the build stands on.
        root.Options.OfType<VersionOption>().Single().Action = version.Action;
        return root;
    }
}
