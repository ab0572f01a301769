namespace SeqCluster.Client.Tests;

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seqcluster-").FullName;

    public string Write(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, string.Empty);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
