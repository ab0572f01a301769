namespace SeqCluster.Bench.Measurement;

/// <summary>Where reports are kept, and where the product that was built with this program lies.</summary>
public static class Repository
{
    /// <summary>
    /// <c>bench/results/NAME</c> in the checkout that this program was built in, else <c>NAME</c> in the current folder.
    /// </summary>
    public static string ResultPath(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SeqCluster.sln")))
            {
                return Path.Combine(folder.FullName, "bench", "results", name);
            }
        }

        return name;
    }

    /// <summary>The program <c>SeqCluster.NAME</c> of the same build (<c>bin/Bench/release</c> beside <c>bin/NAME/release</c>).</summary>
    public static string ProgramPath(string name)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", name, Path.GetFileName(here), $"SeqCluster.{name}"));
    }
}
