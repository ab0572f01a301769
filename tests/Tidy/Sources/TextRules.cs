using System.Text.RegularExpressions;

namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Rules about the lines of any text file.</summary>
public static partial class TextRules
{
    // Spelled in two halves: this file is under the rule itself.
    private static readonly string[] RegistryHosts =
    [
        "nuget" + ".org", "pkgs.dev" + ".azure.com", "nuget.pkg" + ".github.com", "myget" + ".org", "pypi" + ".org",
        "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "conda" + ".anaconda.org", "crates" + ".io",
        "proxy.golang" + ".org", "rubygems" + ".org", "repo.maven" + ".apache.org", "debian" + ".org", "archive" + ".ubuntu.com",
        "security" + ".ubuntu.com", "docker" + ".io", "docker" + ".com", "ghcr" + ".io", "quay" + ".io", "gcr" + ".io",
        "nvcr" + ".io", "mcr" + ".microsoft.com", "download" + ".pytorch.org",
    ];

    private static readonly string[] UnwantedFolders =
        ["Utils", "Util", "Helpers", "Helper", "Common", "Misc", "Managers", "Services", "Interfaces"];

    /// <summary>Where packages come from is the machine's configuration, never ours. A Dockerfile may name its base by ARG.</summary>
    public static IEnumerable<Fault> NoRegistryHosts(SourceFile file)
    {
        var isDockerfile = file.Name.StartsWith("Dockerfile", StringComparison.Ordinal);
        return LinesOf(file)
            .Where(line => !isDockerfile || !line.Text.StartsWith("ARG ", StringComparison.Ordinal))
            .SelectMany(line => RegistryHosts
                .Where(host => line.Text.Contains(host, StringComparison.OrdinalIgnoreCase))
                .Select(host => new Fault(file.Path, line.Number, $"names the registry host {host}: use the configured sources")));
    }

    /// <summary>Neither tabs nor spaces at a line's end; a solution file and a Makefile are indented by tabs.</summary>
    public static IEnumerable<Fault> CleanWhitespace(SourceFile file)
    {
        if (file.Name is "Makefile" || file.Name.EndsWith(".sln", StringComparison.Ordinal))
        {
            yield break;
        }

        foreach (var (number, text) in LinesOf(file))
        {
            if (text.Contains('\t', StringComparison.Ordinal))
            {
                yield return new Fault(file.Path, number, "a tab: indent with spaces");
            }

            if (text.EndsWith(' '))
            {
                yield return new Fault(file.Path, number, "spaces at the end of the line");
            }
        }
    }

    /// <summary>What is left undone says why it is.</summary>
    public static IEnumerable<Fault> UndoneHasReason(SourceFile file) =>
        LinesOf(file)
            .Where(line => UndoneMark().IsMatch(line.Text) && !line.Text.Contains("because", StringComparison.OrdinalIgnoreCase))
            .Select(line => new Fault(file.Path, line.Number, "undone without a reason: write `…: what, because why`, or do it"));

    /// <summary>The product does not know what it stands on.</summary>
    public static IEnumerable<Fault> NoMentionOfStandins(SourceFile file) =>
        !file.IsUnder("src") || !file.Path.EndsWith(".cs", StringComparison.Ordinal)
            ? []
            : LinesOf(file)
                .Where(line => Standin().IsMatch(line.Text))
                .Select(line => new Fault(file.Path, line.Number, "product code names a stand-in: it is written against the packages"));

    /// <summary>A folder is a capability, never a technical kind. Stand-ins follow the packages' names.</summary>
    public static IEnumerable<Fault> FoldersAreCapabilities(string folder) =>
        folder.Split('/') is var parts && parts[0] != "standins" && UnwantedFolders.Contains(parts[^1], StringComparer.OrdinalIgnoreCase)
            ? [new Fault(folder, 0, "a folder named after a technical kind: name what it is for")]
            : [];

    private static IEnumerable<(int Number, string Text)> LinesOf(SourceFile file) => file.Lines.Select((text, index) => (index + 1, text));

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b")]
    private static partial Regex UndoneMark();

    [GeneratedRegex(@"\bstand-?in", RegexOptions.IgnoreCase)]
    private static partial Regex Standin();
}
