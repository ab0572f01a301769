namespace SeqCluster.Tidy.Tests;

/// <summary>A text file of the repository, or a snippet that plays one.</summary>
/// <param name="Path">Relative to the repository's root, with forward slashes.</param>
/// <param name="Text">The whole content.</param>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>The lines without their ends.</summary>
    public IReadOnlyList<string> Lines { get; } = Text.Split('\n');

    /// <summary>The file's name without its folders.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether the file lies somewhere below one of the folders.</summary>
    public bool IsUnder(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if (Path.StartsWith(folder + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
