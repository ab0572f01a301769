using System.Net.Http.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
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

    /// <summary>Whoever told it, and in whichever generation: of one step there is one truth, and a job without it has no result.</summary>
    [Fact]
    public async Task Job_OfWhoseStepTwoReportsDiffer_FailsAndSaysWhatDiffers()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "torn");
        var id = await silo.Submit();
        var assignment = (await worker.Receive<AssignmentFrame>(one => one.Assignment is not null)).Assignment!;
        await worker.Send(new MemberReportFrame { Report = worker.Report(assignment, 0, MemberPhase.Training) });
        var reports = worker.Steps(assignment, 1);
        await worker.Send(new StepReportsFrame { Sequence = 1, Reports = reports });
        await worker.Send(new StepReportsFrame { Sequence = 2, Reports = reports });
        await worker.Receive<StepReportsAckFrame>(ack => ack.Sequence == 2);
        Assert.NotEqual(JobState.Failed, (await silo.Status(id)).State);

        var other = reports.Steps[0] with { Replicas = [new ReplicaReport(0, 16, 8)] };
        await worker.Send(new StepReportsFrame { Sequence = 3, Reports = reports with { Steps = [other] } });
        await worker.Receive<StepReportsAckFrame>(ack => ack.Sequence == 3);
        await Deadline.Until("the job has failed", async () => (await silo.Status(id)).State == JobState.Failed);
        Assert.Contains(
            "the ledger contradicts itself: replica 0 read other data in step 1 by one report (digest 0000000000000007) than by another (0000000000000008)",
            (await silo.Status(id)).Reason,
            StringComparison.Ordinal);
        var steps = await silo.Http.GetFromJsonAsync<List<LedgerStep>>($"/v1/jobs/{id}/steps", ApiJson.Options);
        Assert.Equal(7UL, Assert.Single(steps!).Replicas[0].Digest);
        var generations = await silo.Http.GetFromJsonAsync<List<GenerationRecord>>($"/v1/jobs/{id}/generations", ApiJson.Options);
        Assert.Equal(["torn"], Assert.Single(generations!).Workers);
        await worker.Send(new GoodbyeFrame { Reason = "done" });
    }
}
