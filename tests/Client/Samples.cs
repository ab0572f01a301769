using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Client.Tests;

/// <summary>Canned answers.</summary>
internal static class Samples
{
    public const string JobId = "tiny-abc234";

    public const string JobFile = """
        name: tiny
        model: {kind: transformer-lm, layers: 1, heads: 2, width: 8, block: 16}
        data: {path: text.txt}
        train: {steps: 4, microBatch: 2}
        workers: {min: 1, max: 2, replicas: 5}
        """;

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JobStatus Running(int step = 2) => new()
    {
        JobId = JobId,
        State = JobState.Running,
        Reason = "all members train",
        SubmittedAt = Start,
        StartedAt = Start.AddSeconds(1),
        Attempt = 1,
        Generation = 1,
        Step = step,
        Steps = 4,
        CheckpointStep = step,
        Invited = [new MemberStatus { WorkerId = "local-2", Rank = -1, FirstReplica = 0, ReplicaCount = 0, Step = 0, Phase = "prepared" }],
        Members =
        [
            new MemberStatus { WorkerId = "local-0", Rank = 0, FirstReplica = 0, ReplicaCount = 2, Step = step, Phase = "training" },
            new MemberStatus { WorkerId = "local-1", Rank = 1, FirstReplica = 2, ReplicaCount = 3, Step = step, Phase = "evaluating", Note = "slow: 361 ms for a replica" },
        ],
        Spec = new JobSpec
        {
            Name = "tiny",
            Model = new ModelSpec { Kind = "transformer-lm" },
            Data = new DataSpec { SettingsJson = """{"path":["text.txt"]}""" },
            Train = new TrainSpec { Steps = 4 },
            Workers = new WorkersSpec { Min = 1, Max = 2, Replicas = 5 },
        },
    };

    public static JobStatus Completed(string checkpoint = "/runs/x/step-000000004") => Running(4) with
    {
        State = JobState.Completed,
        Reason = "all steps are done",
        FinishedAt = Start.AddSeconds(75),
        Result = new JobResult
        {
            Steps = 4,
            TrainLoss = 2.5,
            ValidationLoss = 2.75,
            WeightsSha256 = new string('a', 64),
            StateSha256 = new string('b', 64),
            Checkpoint = checkpoint,
            TokensPerSecond = 12345.6,
        },
    };

    public static JobStatus Failed() => Running() with { State = JobState.Failed, Reason = "rank 1: loss is not a number" };

    public static IEnumerable<JobMetric> Metrics()
    {
        yield return new JobMetric(1, 1, "train/loss", 4.0);
        yield return new JobMetric(2, 2, "train/loss", 3.0);
        yield return new JobMetric(3, 2, "train/tokens_per_second", 12000);
        yield return new JobMetric(4, 2, "validation/loss", 3.25);
        yield return new JobMetric(5, 2, "worker/1/forward_ms", 1.5);
        yield return new JobMetric(9, 4, "train/loss", 2.5);
    }

    public static IEnumerable<JobEvent> Events()
    {
        yield return new JobEvent(1, Start, "job.queued", "accepted");
        yield return new JobEvent(2, Start.AddSeconds(1), "job.running", "2 workers train");
    }

    public static IEnumerable<JobCheckpoint> Checkpoints() => new[] { 2, 4 }.Select(step => new JobCheckpoint
    {
        Step = step,
        Reference = $"{JobId}/attempt-1/step-00000000{step}",
        WeightsSha256 = new string('a', 64),
        StateSha256 = new string('b', 64),
        SizeBytes = 1234567,
        CommittedAt = Start,
        IsDamaged = step == 2,
        EvaluatedLoss = step == 2 ? 2.5 : null,
        KeptAs = step == 2 ? [] : ["result", "last 2"],
    });

    public static WorkerAccount Worker(string id, string jobId) =>
        new(new WorkerOffer(id, "i1", "h1", "cpu", "127.0.0.1:4001", "LibTorch 1.13.1; OpenBlas; AVX2"), jobId);
}
