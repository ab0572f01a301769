using System.Text.RegularExpressions;

namespace SeqCluster.Grains.Tests.Protocols;

/// <summary>The tables and diagrams of a document under <c>docs/protocols</c>, read section by section.</summary>
internal static partial class ProtocolDocument
{
    /// <summary>The lines under a heading, up to the next heading of any level.</summary>
    public static IReadOnlyList<string> Section(string file, string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder(), file));
        return lines.SkipWhile(line => line != $"## {heading}").Skip(1).TakeWhile(line => !line.StartsWith('#')).ToArray();
    }

    /// <summary>The cells of each row, without the head.</summary>
    public static string[][] Rows(IReadOnlyList<string> section) => section
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Skip(1)
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .ToArray();

    /// <summary>(from, to, label) of each arrow of a state diagram; an arrow with several labels counts for each.</summary>
    public static IEnumerable<(string From, string To, string Label)> Arrows(IReadOnlyList<string> section) =>
        from line in section
        let arrow = Arrow().Match(line)
        where arrow.Success
        from label in arrow.Groups["labels"].Value.Split(", ")
        select (arrow.Groups["from"].Value, arrow.Groups["to"].Value, label);

    private static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string protocols = Path.Combine(folder.FullName, "docs", "protocols");
            if (Directory.Exists(protocols))
            {
                return protocols;
            }
        }

        throw new DirectoryNotFoundException("docs/protocols above " + AppContext.BaseDirectory);
    }

    [GeneratedRegex(@"^\s+(?<from>\w+) --> (?<to>\w+): (?<labels>.+)$")]
    private static partial Regex Arrow();
}
