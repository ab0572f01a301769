using System.Net.Sockets;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary><c>seqcluster audit</c> on real jobs: what real workers read, through their silo's store, against the data itself.</summary>
public sealed class AuditTests
{
    private const string SocketVariable = "SEQCLUSTER_FAULT_POINTS";

    [TorchFact]
    public async Task Audit_JobsOfAllKindsOfSamples_ProvesThemByCodeOfItsOwn()
    {
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var text = cluster.WriteText();
        string[] files = [.. JobFiles.Families(text, replicas: 5).Where(family => family.Key is "transformer" or "tracks" or "tcn").Select(family => family.Value), JobFiles.Sound(replicas: 5)];
        List<string> jobs = [];
        foreach (var file in files)
        {
            jobs.Add((await cluster.SubmitAsync(file, "workers.max=2")).JobId);
        }

        jobs.Add((await cluster.SubmitAsync(JobFiles.Small(text, replicas: 5), "train.sampling=withReplacement", "workers.max=2")).JobId);
        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await cluster.FinishAsync(job)).State);
            var (code, said) = await AuditAsync(cluster, job);
            Assert.True(code == 0 && said.Contains($"{job}: the audit passed", StringComparison.Ordinal), said);
        }
    }

    /// <summary>The reader is the real one, and is given other samples than are due.</summary>
    [TorchFact]
    public async Task Audit_WorkerThatRepeatsSkipsAndSwapsASample_NamesEachWithStepAndReplica()
    {
        using var cluster = new Cluster(workers: 0);
        using var folder = new TestHome();
        var socket = Path.Combine(folder.Path, "faults.socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen();
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1", (SocketVariable, socket));

        // Of two workers and five replicas the second hosts 2, 3 and 4.
        using var worker = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
        await worker.WriteAsync("repeat data 4 1\nskip data 6 2\nswap data 9 3\n"u8.ToArray());
        await cluster.AllWorkersAsync(2);
        var job = (await cluster.SubmitAsync(JobFiles.Small(cluster.WriteText(), replicas: 5), "workers.min=2", "workers.max=2")).JobId;
        Assert.Equal(JobState.Completed, (await cluster.FinishAsync(job)).State);

        var (code, said) = await AuditAsync(cluster, job, "--json");
        Assert.Equal(1, code);
        using var report = JsonDocument.Parse(said);
        var defects = report.RootElement.GetProperty("defects").EnumerateArray().ToList();
        Assert.Equal([(4, 2), (6, 3), (9, 4)], defects.Select(defect => (defect.GetProperty("step").GetInt32(), defect.GetProperty("replica").GetInt32())));
        string[] accounts = ["was repeated in place of sample", "was skipped", "were swapped"];
        Assert.All(accounts.Zip(defects), pair => Assert.Contains(pair.First, pair.Second.GetProperty("account").GetString(), StringComparison.Ordinal));
        Assert.False(report.RootElement.GetProperty("passed").GetBoolean());
    }

    internal static async Task<(int Code, string Said)> AuditAsync(Cluster cluster, string job, params string[] more)
    {
        using var home = new TestHome();
        using var client = new ClientProcess(home.Path, ["audit", job, "--silo", $"{cluster.Client.Silo}", .. more]);
        return (await client.ExitAsync(), client.Said);
    }
}
