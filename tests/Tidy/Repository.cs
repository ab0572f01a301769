namespace SeqCluster.Tidy.Tests;

/// <summary>The checkout that the tests were built from, read once. Outputs and the version control's folder are left out.</summary>
public static class Repository
{
    private static readonly HashSet<string> ExcludedFolders = ["artifacts", ".git", ".vs", ".idea", "__pycache__", "shared"];

    private static readonly HashSet<string> TextExtensions =
    [
        ".cs", ".csproj", ".props", ".targets", ".json", ".md", ".txt", ".sh", ".py", ".cpp", ".h", ".yaml", ".yml", ".sql",
        ".html", ".css", ".js", ".editorconfig", ".gitignore", ".dockerignore", "",
    ];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every folder, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Folders { get; } = [.. Walk(Root).Where(Directory.Exists).Select(Relative)];

    /// <summary>Every file, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(Root).Where(File.Exists).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Every text file with its content.</summary>
    public static IReadOnlyList<SourceFile> Texts { get; } =
        [.. Files.Where(file => TextExtensions.Contains(Path.GetExtension(file))).Select(Read)];

    /// <summary>Reads one file.</summary>
    public static SourceFile Read(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n"));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (File.Exists(entry))
            {
                yield return entry;
            }
            else if (!ExcludedFolders.Contains(Path.GetFileName(entry)))
            {
                yield return entry;
                foreach (var below in Walk(entry))
                {
                    yield return below;
                }
            }
        }
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SeqCluster.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"{AppContext.BaseDirectory}: no SeqCluster.sln in a folder above");
        }

        return folder;
    }
}
