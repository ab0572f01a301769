using System.Diagnostics;
using SeqCluster.Silo.Hosting;
using SeqCluster.Silo.LocalWorkers;

namespace SeqCluster.Silo.Tests.LocalWorkers;

public sealed class LocalWorkerTests
{
    [Fact]
    public async Task Workers_ThatDie_AreStartedAgainAndAllEndWithTheSilo()
    {
        using var folder = new TemporaryFolder();
        var pids = Path.Combine(folder.Path, "pids");

        // Two processes: each tells its number; the first life of local-0 ends at once.
        var script = $$"""
            echo "$4 $$" >> {{pids}}; echo "out of $4"; echo "err of $4" >&2
            if [ "$4" = local-0 ] && [ ! -e {{pids}}.died ]; then touch {{pids}}.died; exit 3; fi
            exec sleep 1000
            """;
        var options = new SiloOptions
        {
            Store = folder.Path, Workers = 2, WorkerCommand = new WorkerCommand("/bin/sh", ["-c", script, "worker"]),
        };
        await using (await SiloHost.Start(options, TestSilo.Models))
        {
            await Deadline.Until("three starts", () => Task.FromResult(File.Exists(pids) && File.ReadAllLines(pids).Length == 3));
        }

        Assert.All(File.ReadAllLines(pids), line => Assert.Throws<ArgumentException>(() => Process.GetProcessById(int.Parse(line.Split(' ')[1]))));
        var log = File.ReadAllText(Path.Combine(folder.Path, "workers", "local-0.log"));
        Assert.Contains("out of local-0", log);
        Assert.Contains("err of local-0", log);
        Assert.Contains("exit code 3; started again in 0.5 s", log);
    }

    [Fact]
    public void Backoff_DoublesUpToItsCap_AndForgetsAfterAGoodLife()
    {
        var backoff = new RestartBackoff();
        var waits = Enumerable.Range(0, 8).Select(_ => backoff.After(TimeSpan.FromSeconds(1)).TotalSeconds);
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30], waits);
        Assert.Equal(RestartBackoff.First, backoff.After(RestartBackoff.GoodLife));
    }
}
