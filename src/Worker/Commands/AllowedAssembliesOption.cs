using System.CommandLine;
using SeqCluster.Models.Own;

namespace SeqCluster.Worker.Commands;

/// <summary><c>--allow-assembly</c> of the commands that load models.</summary>
internal static class AllowedAssembliesOption
{
    public static Option<string[]> Create() => new("--allow-assembly")
    {
        Description = "Models may be loaded from this assembly: its file, or its SHA-256. May be repeated.",
        HelpName = "PATH|SHA256",
        DefaultValueFactory = _ => [],
    };

    /// <summary>What is allowed.</summary>
    /// <exception cref="ArgumentException">Files that do not exist; names all of them.</exception>
    public static AllowedAssemblies Allowed(this ParseResult line, Option<string[]> option) => AllowedAssemblies.Of(line.GetRequiredValue(option));
}
