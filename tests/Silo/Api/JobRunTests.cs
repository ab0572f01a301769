using System.Net.Http.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Tests.Api;

/// <summary>On a silo of its own: no other test's jobs or workers may get in the way.</summary>
public sealed class JobRunTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Job_WithAWorker_RunsToItsResultAndLeavesMetrics()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "happy");
        var id = await silo.Submit();
        await worker.Work(steps: 3);

        await Deadline.Until("the job is completed", async () => (await silo.Status(id)).State == JobState.Completed);
        var status = await silo.Status(id);
        Assert.Equal("w", status.Result!.WeightsSha256);
        Assert.Equal(double.NaN, status.Result.ValidationLoss);
        var metrics = await silo.Http.GetFromJsonAsync<List<JobMetric>>($"/v1/jobs/{id}/metrics?name=train/loss", ApiJson.Options);
        Assert.Equal([(1, 1.0), (2, 0.5), (3, 1.0 / 3)], metrics!.Select(metric => (metric.Step, metric.Value)));
        var events = await silo.Http.GetFromJsonAsync<List<JobEvent>>($"/v1/jobs/{id}/events", ApiJson.Options);
        Assert.Contains(events!, one => one.Kind == "job.completed");
        var workers = await silo.Http.GetFromJsonAsync<List<WorkerAccount>>("/v1/workers", ApiJson.Options);
        Assert.Contains(workers!, account => account.Worker.WorkerId == "happy");
        Assert.Contains(id, (await silo.Http.GetFromJsonAsync<List<JobStatus>>("/v1/jobs", ApiJson.Options))!.Select(job => job.JobId));
        var checkpoints = await silo.Http.GetFromJsonAsync<List<JobCheckpoint>>($"/v1/jobs/{id}/checkpoints", ApiJson.Options);
        Assert.Equal([(3, $"{id}/attempt-1/step-000000003", 12L)], checkpoints!.Select(one => (one.Step, one.Reference, one.SizeBytes)));
        Assert.Equal(3, status.CheckpointStep);
        await worker.Send(new GoodbyeFrame { Reason = "done" });
    }
}
