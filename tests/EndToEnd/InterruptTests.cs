using System.Diagnostics;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>Ctrl-C on the command line: whatever it has started ends with it.</summary>
public sealed class InterruptTests : IDisposable
{
    private const int Interrupted = 130;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("seqcluster-interrupt-");

    private string Home => Path.Combine(folder.FullName, "home");

    public void Dispose() => folder.Delete(recursive: true);

    [TorchFact]
    public async Task Run_Interrupted_CancelsTheJobAndLeavesNoProcessAndNoSegment()
    {
        var text = Path.Combine(folder.FullName, "text.txt");
        File.WriteAllLines(text, Enumerable.Range(0, 300).Select(number => $"line {number} of the text"));
        var file = Path.Combine(folder.FullName, "interrupted.yaml");
        File.WriteAllText(file, JobFiles.Small(text, replicas: 2, steps: 1_000_000));
        using var run = new ClientProcess(Home, "run", file, "--workers", "2", "--set", "workers.max=2", "--set", "workers.min=2", "--set", "name=interrupted");
        await run.SaysAsync("step 1");

        await InterruptAsync(run, processes: 3);
        Assert.Contains("cancelling the job", run.Said, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles("/dev/shm"), segment => segment.Contains("interrupted-", StringComparison.Ordinal));
    }

    [TorchFact]
    public async Task Dev_Interrupted_LeavesNoProcess()
    {
        using var dev = new ClientProcess(Home, "dev", "--workers", "2");
        await dev.SaysAsync("silo ready ");
        await dev.SaysAsync("worker local-1 (");
        await InterruptAsync(dev, processes: 3);
    }

    // The silo and its workers; a helper process of the runtime may be there too.
    private static async Task InterruptAsync(ClientProcess client, int processes)
    {
        var descendants = ProcessTree.DescendantsOf(client.Id).Select(id => Process.GetProcessById(id)).ToList();
        Assert.True(descendants.Count >= processes, $"only {descendants.Count} processes under the client, which said: {client.Said}");
        client.Interrupt();
        Assert.Equal(Interrupted, await client.ExitAsync());
        foreach (var process in descendants)
        {
            Assert.True(process.WaitForExit(Cluster.Deadline), $"process {process.Id} outlived the command");
            process.Dispose();
        }
    }
}
