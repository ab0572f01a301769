using SeqCluster.Silo.LocalWorkers;

namespace SeqCluster.Silo.Tests.LocalWorkers;

/// <summary>A worker whose words nobody can keep must not stand still, so writing them never fails.</summary>
public sealed class WorkerLogFileTests
{
    [DiskFact]
    public void Write_DiskIsFull_LeavesLinesOutAndSaysSoAfterwards()
    {
        using var disk = TestDisk.InMemory("64k");
        var path = Path.Combine(disk.Place, "workers", "local-0.log");
        using var file = new WorkerLogFile(path, TimeProvider.System);
        file.Write("first");
        disk.Fill();
        var tooLong = new string('x', 8_000);
        file.Write(tooLong);
        file.Write(tooLong);
        disk.MakeRoom();
        file.Write("last");
        var lines = File.ReadAllLines(path);
        Assert.EndsWith("Z first", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("Z silo: 2 lines before this one are left out: they could not be written", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith("Z last", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FolderIsDeleted_IsNoFault()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "workers", "local-0.log");
        using var file = new WorkerLogFile(path, TimeProvider.System);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        file.Write("into a file without a name");
    }
}
