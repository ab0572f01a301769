using System.Diagnostics;
using System.Net;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>The disk under a running silo's store: training goes on, and the job cannot be told from an undisturbed one.</summary>
public sealed class StoreDiskTests
{
    private const int Endless = 1_000_000;
    private static readonly string[] Overrides = ["train.schedule.kind=constant", "evaluate.everySteps=40", "workers.max=2"];

    /// <summary>Nobody is lost, so nobody stops.</summary>
    [DiskTorchFact]
    public async Task Disk_FullWhileTraining_WorkersTrainOnAndNothingIsLost()
    {
        using var disk = TestDisk.InMemory("64m");
        using var cluster = new Cluster(Path.Combine(disk.Place, "store"), workers: 2);
        var id = await TrainAsync(cluster);
        var processes = cluster.WorkerProcesses();
        disk.Fill();
        await AssertRefusesAsync(cluster, id, HttpStatusCode.InsufficientStorage, "its disk is full");
        var stored = (await cluster.LedgerAsync(id)).Steps.Count;
        await WorkedAsync(processes, TimeSpan.FromSeconds(0.7));
        Assert.Equal(stored, (await cluster.LedgerAsync(id)).Steps.Count);
        disk.MakeRoom();
        await AssertUndisturbedAsync(cluster, id, generations: 1);
        Assert.Equal(processes, cluster.WorkerProcesses());
    }

    /// <summary>Who is lost meanwhile is replaced as soon as that can be stored.</summary>
    [DiskTorchFact]
    [Trait("Category", "Long")]
    public async Task Disk_FullAndAWorkerDies_TheJobGoesOnWhenThereIsRoom()
    {
        using var disk = TestDisk.InMemory("64m");
        using var cluster = new Cluster(Path.Combine(disk.Place, "store"), workers: 2);
        var id = await TrainAsync(cluster);
        disk.Fill();
        await AssertRefusesAsync(cluster, id, HttpStatusCode.InsufficientStorage, "its disk is full");
        using (var killed = Process.GetProcessById(cluster.ProcessOf("local-1")))
        {
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Assert.Equal(1, (await cluster.Client.GetJobAsync(id)).Generation);
        disk.MakeRoom();
        await cluster.UntilAsync(id, "training on two again", job => job.Generation > 1 && job.Members.Count == 2);
        await AssertUndisturbedAsync(cluster, id, generations: null);
    }

    /// <summary>What a kernel does to a disk that has failed once, and a disk that hangs for seconds.</summary>
    [DiskTorchFact(inFile: true)]
    [Trait("Category", "Long")]
    public async Task Disk_ForbidsWritesAndThenHangs_WorkersTrainOnAndNothingIsLost()
    {
        using var disk = TestDisk.InFile();
        using var cluster = new Cluster(Path.Combine(disk.Place, "store"), workers: 2);
        var id = await TrainAsync(cluster);
        var file = Path.Combine(cluster.Store, "seqcluster.db");
        TestDisk.SetImmutable(true, file, file + "-wal");
        try
        {
            await AssertRefusesAsync(cluster, id, HttpStatusCode.ServiceUnavailable, "the store cannot be written");
            await WorkedAsync(cluster.WorkerProcesses(), TimeSpan.FromSeconds(2));
        }
        finally
        {
            TestDisk.SetImmutable(false, file, file + "-wal");
        }

        await ReadyAsync(cluster);
        var before = await cluster.Client.GetJobAsync(id);
        await cluster.UntilAsync(id, "some steps further", job => job.Step > before.Step + 20);
        disk.Freeze();
        try
        {
            await WorkedAsync(cluster.WorkerProcesses(), TimeSpan.FromSeconds(4));
        }
        finally
        {
            disk.Thaw();
        }

        await AssertUndisturbedAsync(cluster, id, generations: 1);
    }

    /// <summary>The way out that the silo names is one: on what it saved the job goes on, in the same attempt, with the same processes.</summary>
    [TorchFact]
    [Trait("Category", "Long")]
    public async Task Store_DeletedWhileTraining_TheSiloStopsAndTheNextOneGoesOnFromWhatItSaved()
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1");
        var id = await TrainAsync(cluster);
        var processes = cluster.OwnWorkers;
        var told = (await cluster.LedgerAsync(id)).Steps.Count;
        File.Delete(Path.Combine(cluster.Store, "seqcluster.db"));
        Assert.Equal(2, await cluster.SiloEndedAsync());
        File.Move(Assert.Single(Directory.GetFiles(cluster.Store, "seqcluster.db.saved-*")), Path.Combine(cluster.Store, "seqcluster.db"));
        cluster.RestartSilo();
        Assert.True((await cluster.LedgerAsync(id)).Steps.Count >= told);
        await cluster.UntilAsync(id, "training again", job => job.Step > told + 20);
        await AssertUndisturbedAsync(cluster, id, generations: 1, isOutage: false);
        Assert.Equal(processes, cluster.OwnWorkers);
    }

    private static async Task<string> TrainAsync(Cluster cluster)
    {
        await cluster.AllWorkersAsync(2);
        var id = (await cluster.SubmitAsync(JobFiles.Small(cluster.WriteText(), replicas: 5, Endless), [.. Overrides, "workers.min=2"])).JobId;
        await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == 2);
        return id;
    }

    // Also the asker who would change the job hears it, and changes nothing.
    private static async Task AssertRefusesAsync(Cluster cluster, string id, HttpStatusCode status, string reason)
    {
        Assert.Contains(reason, await ReadyAsync(cluster, isReady: false), StringComparison.Ordinal);
        Func<Task>[] asked = [() => cluster.SubmitAsync(JobFiles.Small(cluster.WriteText(), replicas: 5), Overrides), () => cluster.Client.PauseAsync(id)];
        foreach (var ask in asked)
        {
            var refused = await Assert.ThrowsAsync<SeqClusterException>(ask);
            Assert.Equal(status, refused.Status);
            Assert.Contains($"{cluster.Store}/seqcluster.db: ", refused.Message, StringComparison.Ordinal);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(JobState.Running, (await cluster.Client.GetJobAsync(id)).State);
    }

    private static async Task<string> ReadyAsync(Cluster cluster, bool isReady = true)
    {
        using var http = new HttpClient { BaseAddress = cluster.Client.Silo };
        using var late = new CancellationTokenSource(Cluster.Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var ready = await http.GetAsync("/readyz", late.Token);
            if (ready.IsSuccessStatusCode == isReady)
            {
                return await ready.Content.ReadAsStringAsync(late.Token);
            }

            await poll.WaitForNextTickAsync(late.Token);
        }
    }

    // Whoever waits computes nothing.
    private static async Task WorkedAsync(IReadOnlyList<int> processes, TimeSpan each)
    {
        using var late = new CancellationTokenSource(Cluster.Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var due = processes.ToDictionary(id => id, id => TimeOf(id) + each);
        while (due.Any(one => TimeOf(one.Key) < one.Value))
        {
            Assert.False(late.IsCancellationRequested, "the workers did not train on");
            await poll.WaitForNextTickAsync();
        }

        static TimeSpan TimeOf(int id)
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
    }

    private static async Task AssertUndisturbedAsync(Cluster cluster, string id, int? generations, bool isOutage = true)
    {
        await ReadyAsync(cluster);
        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "paused", job => job.State == JobState.Paused);
        var events = await cluster.EventsAsync(id);
        Assert.True(paused.Attempt == 1 && (generations is null || paused.Generation == generations), events);
        Assert.Equal(isOutage, events.Contains("store.unwritable: the silo's store could not be written from ", StringComparison.Ordinal));
        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        Assert.Equal(paused.Step, reached.Step);
        await cluster.FreedAsync(id);

        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, reached.Step);
        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file, Overrides)).JobId);
        Assert.Equal((undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256), (reached.WeightsSha256, reached.StateSha256));
        Assert.Equal(await MetricsAsync(cluster, undisturbed.JobId, reached.Step), await MetricsAsync(cluster, id, reached.Step));
        var (_, steps) = await cluster.LedgerAsync(id);
        Assert.Equal(Enumerable.Range(1, reached.Step), steps.Where(step => generations is not null || step.Generation == steps.Where(one => one.Step == step.Step).Max(one => one.Generation)).Select(step => step.Step));
        using var home = new TestHome();
        using var audit = new ClientProcess(home.Path, ["audit", id, "--silo", $"{cluster.Client.Silo}"]);
        Assert.True(await audit.ExitAsync() == 0 && audit.Said.Contains($"{id}: the audit passed", StringComparison.Ordinal), audit.Said);
    }

    // The undisturbed job evaluates all that is held out after its last step.
    private static async Task<IEnumerable<(int Step, string Name, double Value)>> MetricsAsync(Cluster cluster, string id, int last) =>
        (await cluster.Client.GetMetricsAsync(id)).Where(IsOfTheJob).Where(metric => metric.Step < last || metric.Name != "validation/loss")
            .Select(metric => (metric.Step, metric.Name, metric.Value)).Order();

    private static bool IsOfTheJob(JobMetric metric) =>
        metric.Name != "train/tokens_per_second" && !metric.Name.StartsWith("worker/", StringComparison.Ordinal);
}
