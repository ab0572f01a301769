using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>What a reader of a job's metrics sees does not depend on who died while it read.</summary>
public sealed class MetricsTests
{
    private const int Endless = 1_000_000;
    private const int WorkerKills = 9;

    /// <summary>Nine workers and the silo die; nothing is lost, nothing comes twice, every value is that of the undisturbed run.</summary>
    [TorchFact]
    public async Task Stream_OverTenKills_BringsTheUndisturbedRunsList()
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1");
        cluster.StartWorker("far-2");
        await cluster.AllWorkersAsync(3);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless);
        string[] overrides = ["train.schedule.kind=constant", "evaluate.everySteps=20"];
        var id = (await cluster.SubmitAsync(file, [.. overrides, "train.checkpointEverySteps=50", "workers.max=3"])).JobId;
        var told = new List<JobMetric>();
        using var enough = new CancellationTokenSource();
        var reading = ReadAsync(cluster.Client.Silo, id, told, enough.Token);
        for (var kills = 0; kills < WorkerKills; kills++)
        {
            if (kills == WorkerKills / 2)
            {
                cluster.KillSilo();
                cluster.RestartSilo();
            }

            // Rank 0, which sends, and the others by turns; somebody is left that holds the state.
            var before = await cluster.UntilAsync(id, "training on two", one => one.Members.Count > 1 && one.State == JobState.Running && one.Step > 0);
            await cluster.UntilAsync(id, "some steps further", one => one.Step > before.Step + 5);
            cluster.KillAndReplace(before.Members[kills % before.Members.Count].WorkerId);
        }

        await cluster.UntilAsync(id, "training again", one => one.Members.Count > 1 && one.State == JobState.Running);
        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "paused", one => one.State == JobState.Paused);
        Assert.True(paused.Generation > 3 || paused.Attempt > 1, $"attempt {paused.Attempt}, generation {paused.Generation}: too little has happened");
        var undisturbed = (await cluster.SubmitAsync(file, [.. overrides, $"train.steps={paused.Step}"])).JobId;
        await cluster.FinishAsync(undisturbed);
        var expected = (await cluster.Client.GetMetricsAsync(undisturbed)).Where(IsOfTheJob).ToList();
        Assert.True(expected.Count >= 3 * paused.Step, $"{expected.Count} values in {paused.Step} steps");

        // What is stored is there, so the stream brings it.
        var last = (await cluster.Client.GetMetricsAsync(id))[^1].Sequence;
        await cluster.UntilAsync(id, "told to the end", _ => LastOf(told) >= last);
        await enough.CancelAsync();
        await reading;
        Assert.Equal(Values(expected, paused.Step), Values(told.Where(IsOfTheJob), paused.Step));
    }

    // The undisturbed job evaluates all that is held out after its last step.
    private static IEnumerable<(int Step, string Name, double Value)> Values(IEnumerable<JobMetric> metrics, int last) => metrics
        .Where(metric => metric.Step < last || metric.Name != "validation/loss").Select(metric => (metric.Step, metric.Name, metric.Value)).Order();

    private static bool IsOfTheJob(JobMetric metric) =>
        metric.Name != "train/tokens_per_second" && !metric.Name.StartsWith("worker/", StringComparison.Ordinal);

    private static long LastOf(List<JobMetric> told)
    {
        lock (told)
        {
            return told.Count > 0 ? told[^1].Sequence : 0;
        }
    }

    private static async Task ReadAsync(Uri silo, string jobId, List<JobMetric> told, CancellationToken enough)
    {
        using var client = new SeqClusterClient(silo) { ReconnectTimeout = Cluster.Deadline };
        try
        {
            await foreach (var metric in client.FollowMetricsAsync(jobId, cancellation: enough))
            {
                lock (told)
                {
                    told.Add(metric);
                }
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // It was all.
        }
    }
}
