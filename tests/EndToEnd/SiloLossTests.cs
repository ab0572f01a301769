using System.Globalization;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>kill -9 of the silo, again and again: what it has told anybody stays told, and what waited goes on in its order.</summary>
public sealed class SiloLossTests
{
    private const int Endless = 1_000_000;
    private const int Kills = 3;

    [TorchFact]
    public Task Silo_KilledAgainAndAgain_NothingThatWasToldIsLost() => LoseAsync(awaySeconds: 0);

    /// <summary>The same with nobody there for a while, less than the job lets its workers train alone.</summary>
    [TorchTheory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    [Trait("Category", "Long")]
    public Task Silo_KilledAndAway_NothingThatWasToldIsLost(int awaySeconds) => LoseAsync(awaySeconds);

    private static async Task LoseAsync(int awaySeconds)
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1");
        await cluster.AllWorkersAsync(2);
        var text = cluster.WriteText();
        async Task<string> SubmitAsync(int steps, params string[] overrides) => (await cluster.SubmitAsync(JobFiles.Small(text, replicas: 5, steps), overrides)).JobId;
        var done = await SubmitAsync(12, "workers.max=2");
        await cluster.FinishAsync(done);
        await cluster.FreedAsync(done);
        var running = await SubmitAsync(Endless, "workers.max=2", "workers.min=2", "train.checkpointEverySteps=20", "train.schedule.kind=constant");
        var later = await SubmitAsync(12, "name=later", "workers.max=2");
        var first = await SubmitAsync(12, "name=first", "workers.max=2", "priority=5");
        string[] jobs = [done, running, later, first];

        for (var kill = 1; kill <= Kills; kill++)
        {
            await cluster.UntilAsync(running, "has a new checkpoint", job => job.CheckpointStep >= kill * 40 && job.Members.Count == 2);
            var before = await Task.WhenAll(jobs.Select(job => ToldAsync(cluster, job)));
            cluster.KillSilo();
            await Task.Delay(TimeSpan.FromSeconds(awaySeconds), TimeProvider.System);
            cluster.RestartSilo();
            var after = await Task.WhenAll(jobs.Select(job => ToldAsync(cluster, job)));
            foreach (var (told, known) in before.Zip(after))
            {
                told.AssertKeptIn(known);
            }

            Assert.StartsWith("place 1 of 2 in the queue; wants 1 to 2 workers at priority 5", (await WaitingAsync(cluster, first)).Reason, StringComparison.Ordinal);
            Assert.StartsWith("place 2 of 2 in the queue", (await WaitingAsync(cluster, later)).Reason, StringComparison.Ordinal);
        }

        var last = await cluster.UntilAsync(running, "trains on", job => job.CheckpointStep > (Kills * 40) + 40 && job.Members.Count == 2);
        Assert.True(last is { Attempt: 1, Generation: 1 }, await cluster.EventsAsync(running));
        await cluster.Client.CancelAsync(running);
        var (second, third) = (await cluster.FinishAsync(first), await cluster.FinishAsync(later));
        Assert.True(second.StartedAt < third.StartedAt);
        var result = (await cluster.Client.GetJobAsync(done)).Result!.WeightsSha256;
        Assert.Equal((result, result), (second.Result!.WeightsSha256, third.Result!.WeightsSha256));
    }

    // Right after its start a silo knows of no worker yet.
    private static Task<JobStatus> WaitingAsync(Cluster cluster, string job) =>
        cluster.UntilAsync(job, "waits for workers", status => status.Reason.Contains("2 matching are free", StringComparison.Ordinal));

    private static async Task<Told> ToldAsync(Cluster cluster, string job)
    {
        var status = await cluster.Client.GetJobAsync(job);
        return new Told(
            status,
            [.. (await cluster.Client.GetEventsAsync(job)).Select(one => $"{one.Sequence} {one.At:O} {one.Kind} {one.Message}")],
            [.. (await cluster.Client.GetMetricsAsync(job)).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Step} {one.Name} {one.Value:R}"))],
            [.. (await cluster.Client.GetLogsAsync(job)).Select(one => one.ToString())],
            [.. (await cluster.Client.GetCheckpointsAsync(job)).Select(one => $"{one.Step} {one.WeightsSha256} {one.StateSha256}")]);
    }

    /// <summary>All that a client has been told of a job.</summary>
    private sealed record Told(JobStatus Status, string[] Events, string[] Metrics, string[] Logs, string[] Checkpoints)
    {
        public void AssertKeptIn(Told known)
        {
            Assert.Equal(Events, known.Events.Take(Events.Length));
            Assert.Equal(Logs, known.Logs.Take(Logs.Length));
            Assert.Empty(Metrics.Except(known.Metrics));
            Assert.Equal(known.Metrics.Length, known.Metrics.Select(metric => metric[..metric.LastIndexOf(' ')]).Distinct().Count());

            // Retention goes on removing the oldest.
            Assert.True(known.Checkpoints.Length >= Checkpoints.Length);
            Assert.True(Checkpoints.Length == 0 || Checkpoints[^1] == known.Checkpoints.FirstOrDefault(one => one == Checkpoints[^1]) || StepOf(known.Checkpoints[^1]) > StepOf(Checkpoints[^1]));
            Assert.Equal((Status.State, Status.SubmittedAt, Status.Result?.WeightsSha256), (known.Status.State, known.Status.SubmittedAt, known.Status.Result?.WeightsSha256));
        }

        private static int StepOf(string checkpoint) => int.Parse(checkpoint.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
