using System.Text.RegularExpressions;

namespace SeqCluster.Data.Preparation;

/// <summary>Finds the files that <c>data.path</c> names: files, folders (all files below) and patterns with <c>*</c>, <c>?</c>, <c>**</c>.</summary>
public static partial class SourceFiles
{
    private static readonly EnumerationOptions Enumeration = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>All files, sorted by their path (ordinal), each once.</summary>
    /// <param name="baseFolder">Relative entries start here.</param>
    /// <param name="entries">What the job file says.</param>
    /// <param name="faults">A line for each entry that names nothing.</param>
    public static IReadOnlyList<string> Find(string baseFolder, IReadOnlyList<string> entries, out IReadOnlyList<string> faults)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var entry in entries)
        {
            var before = found.Count;
            var matches = Matches(baseFolder, entry);
            found.UnionWith(matches);
            if (found.Count == before && matches.Count == 0)
            {
                missing.Add($"data.path {entry}: names no file (looked in {Path.GetFullPath(baseFolder)})");
            }
        }

        faults = missing;
        return [.. found];
    }

    private static List<string> Matches(string baseFolder, string entry)
    {
        var full = Path.GetFullPath(entry, Path.GetFullPath(baseFolder));
        if (File.Exists(full))
        {
            return [full];
        }

        if (Directory.Exists(full))
        {
            return [.. Directory.EnumerateFiles(full, "*", Enumeration)];
        }

        var fixedPart = FixedFolder(full);
        if (fixedPart == full || !Directory.Exists(fixedPart))
        {
            return [];
        }

        var pattern = ToRegex(full);
        return [.. Directory.EnumerateFiles(fixedPart, "*", Enumeration).Where(file => pattern.IsMatch(file))];
    }

    // The part of a pattern before its first wildcard: where the search starts.
    private static string FixedFolder(string pattern)
    {
        var wildcard = pattern.IndexOfAny(['*', '?']);
        return wildcard < 0 ? pattern : pattern[..(pattern.LastIndexOf(Path.DirectorySeparatorChar, wildcard) + 1)];
    }

    private static Regex ToRegex(string pattern)
    {
        var expression = Wildcards().Replace(pattern, match => match.Value switch
        {
            "**/" => "(?:.*/)?",
            "**" => ".*",
            "*" => "[^/]*",
            "?" => "[^/]",
            _ => Regex.Escape(match.Value),
        });
        return new Regex($"^{expression}$", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(@"\*\*/|\*\*|\*|\?|[^*?]+")]
    private static partial Regex Wildcards();
}
