namespace SeqCluster.Bench.Measurement;

/// <summary>Where reports are kept.</summary>
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
}
