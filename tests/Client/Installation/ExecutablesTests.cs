using SeqCluster.Client.Installation;

namespace SeqCluster.Client.Tests.Installation;

public sealed class ExecutablesTests
{
    [Fact]
    public void Find_ArtifactsOfABuild_FindsTheSiblingOfTheSameConfiguration()
    {
        using var folder = new TemporaryFolder();
        var client = Folder(folder, "bin/Client/release");
        Write(folder, "bin/Silo/debug/SeqCluster.Silo.dll");
        var expected = Write(folder, "bin/Silo/release/SeqCluster.Silo.dll");

        // A trailing separator, as AppContext.BaseDirectory has it.
        var start = new Executables(client + "/", null, "dotnet").Find("Silo");

        Assert.Equal("dotnet", start.FileName);
        Assert.Equal([expected], start.ArgumentList);
    }

    [Fact]
    public void Find_NamedFolder_GoesBeforeTheProgramsOwn()
    {
        using var folder = new TemporaryFolder();
        var client = Folder(folder, "app");
        Write(folder, "app/SeqCluster.Worker.dll");
        var expected = Write(folder, "named/SeqCluster.Worker");

        Assert.Equal(expected, new Executables(client, Path.Combine(folder.Path, "named"), "dotnet").Find("Worker").FileName);
    }

    [Fact]
    public void Find_Published_IsBesideTheClient()
    {
        using var folder = new TemporaryFolder();
        var client = Folder(folder, "app");
        var expected = Write(folder, "app/SeqCluster.Worker.dll");

        Assert.Equal([expected], new Executables(client, null, "dotnet").Find("Worker").ArgumentList);
    }

    [Fact]
    public void Find_Nowhere_SaysWhereItLookedAndTheWayOut()
    {
        using var folder = new TemporaryFolder();

        var fault = Assert.Throws<MissingProgramException>(() => new Executables(folder.Path, null, "dotnet").Find("Silo"));

        Assert.Contains(folder.Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("./seqcluster setup", fault.Message, StringComparison.Ordinal);
    }

    private static string Folder(TemporaryFolder folder, string path) => Directory.CreateDirectory(Path.Combine(folder.Path, path)).FullName;

    private static string Write(TemporaryFolder folder, string path)
    {
        Folder(folder, Path.GetDirectoryName(path)!);
        return folder.Write(path);
    }
}
