using System.CommandLine;

namespace SeqCluster.Client.Commands;

/// <summary><c>--allow-assembly</c> of the verbs that start workers: passed on to them, paths made full.</summary>
internal static class AllowedAssembliesOption
{
    private const string Name = "--allow-assembly";
    private const int HashDigits = 64;

    public static Option<string[]> Create() => new(Name)
    {
        Description = "Let workers load models from this assembly: its file, or its SHA-256. May be repeated. Its code can do whatever a worker can.",
        HelpName = "PATH|SHA256",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The words for a program that starts workers, or is one.</summary>
    public static IEnumerable<string> Words(IEnumerable<string> entries, ClientEnvironment environment) => entries.SelectMany(entry => new[]
    {
        Name,
        entry.Length == HashDigits && entry.All(char.IsAsciiHexDigit) ? entry : Path.GetFullPath(entry, environment.WorkingFolder),
    });
}
