using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>Two workers whose libraries compute differently: one as the machine does it best, one held to instructions of 2008.</summary>
public sealed class NumericsTests
{
    private static readonly (string, string)[] Old =
    [
        ("ATEN_CPU_CAPABILITY", "default"), ("OPENBLAS_CORETYPE", "Nehalem"), ("ONEDNN_MAX_CPU_ISA", "SSE41"), ("DOTNET_EnableAVX512F", "0"),
    ];

    /// <summary>Portable, they come to the same bits alone and together, as processes that began anew and kept number and slot.</summary>
    [TorchFact]
    public async Task Weights_OfUnlikeWorkers_AreTheSameBitsWhereTheJobIsPortable()
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("new");
        cluster.StartWorker("old", Old);
        await cluster.AllWorkersAsync(2);
        var processes = cluster.OwnWorkers;
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5);

        var native = await RunAsync(cluster, file, "workers.max=2");
        Assert.Single(native.Members);
        Assert.Matches("; not (old|new) \\(BLAS core: .*CPU kernels: .*numerics: portable in the job file", await cluster.EventsAsync(native.JobId));

        string[] portable = ["numerics=portable", "workers.max=2"];
        var both = await RunAsync(cluster, file, [.. portable, "workers.min=2"]);
        Assert.Equal(2, both.Members.Count);
        foreach (var worker in new[] { "old", "new" })
        {
            Assert.Equal(Hashes(both), Hashes(await RunOnAsync(cluster, worker, file, portable)));
        }

        // Back to what they are: other bits than each other's, and mixed for a job that gives the promise up.
        var alone = new[] { await RunOnAsync(cluster, "old", file, "workers.max=2"), await RunOnAsync(cluster, "new", file, "workers.max=2") };
        Assert.NotEqual(Hashes(alone[0]), Hashes(alone[1]));
        Assert.Contains(Hashes(native), alone.Select(Hashes));
        var mixed = await RunAsync(cluster, file, "numerics=any", "workers.max=2", "workers.min=2");
        Assert.Equal(2, mixed.Members.Count);
        Assert.Equal(processes, cluster.OwnWorkers);
    }

    private static (string, string) Hashes(JobStatus job) => (job.Result!.WeightsSha256, job.Result.StateSha256);

    private static async Task<JobStatus> RunOnAsync(Cluster cluster, string worker, string file, params string[] overrides)
    {
        var other = worker == "old" ? "new" : "old";
        await cluster.Client.DrainAsync(other, isDrained: true);
        var job = await RunAsync(cluster, file, overrides);
        Assert.Equal(worker, Assert.Single(job.Members).WorkerId);
        await cluster.Client.DrainAsync(other, isDrained: false);
        return job;
    }

    private static async Task<JobStatus> RunAsync(Cluster cluster, string file, params string[] overrides)
    {
        var job = await cluster.FinishAsync((await cluster.SubmitAsync(file, overrides)).JobId);
        Assert.True(job.State == JobState.Completed, $"{job.State}: {job.Reason}");
        await cluster.FreedAsync(job.JobId);
        return job;
    }
}
