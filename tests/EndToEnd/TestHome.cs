namespace SeqCluster.EndToEnd.Tests;

/// <summary>A home folder of the command line that is gone after the test.</summary>
internal sealed class TestHome : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seqcluster-home-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
