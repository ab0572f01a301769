using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests;

/// <summary>Small records that most tests need.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static JobSpec Spec(int min = 1, int max = 1, int replicas = 0, string device = "any") => new()
    {
        Name = "sample",
        Model = new ModelSpec { Kind = "transformer-lm" },
        Data = new DataSpec(),
        Train = new TrainSpec { Steps = 40 },
        Workers = new WorkersSpec { Min = min, Max = max, Replicas = replicas, Device = device },
    };

    /// <summary>A job that continues another one.</summary>
    public static JobSpec Continuing(int step) => Spec(max: 2) with
    {
        Start = new StartSpec
        {
            Checkpoint = $"first-abc234@{step}",
            Continues = true,
            Taken = new JobCheckpoint
            {
                Step = step,
                Reference = WrittenCheckpoint.ReferenceOf("job-a", 0, step),
                WeightsSha256 = $"weights {step}",
                StateSha256 = $"state {step}",
                SizeBytes = 100,
                CommittedAt = Noon,
            },
        },
    };

    public static WorkerOffer Offer(string id, string host = "host-a", string device = "cpu", string fingerprint = "f1", string incarnation = "1") =>
        new(id, $"{id}-{incarnation}", host, device, $"{host}:1000", fingerprint);

    public static WorkerOffer[] Offers(int count) => Enumerable.Range(0, count).Select(index => Offer($"worker-{index}")).ToArray();

    public static WorkerDemand Demand(string job, int min, int max, int attempt = 1, string device = "any", int submittedSecond = 0, int priority = 0) =>
        new(job, attempt, min, max, device, Noon.AddSeconds(submittedSecond)) { Priority = priority };

    /// <summary>What the worker of that number tells in the present generation of job-a.</summary>
    public static MemberReport Report(AttemptLife life, int worker, MemberPhase phase, int step, string detail = "") => new()
    {
        JobId = "job-a",
        Attempt = life.Attempt,
        Generation = life.Generation,
        WorkerId = $"worker-{worker}",
        Incarnation = $"worker-{worker}-1",
        Step = step,
        Phase = phase,
        Detail = detail,
    };

    public static WrittenCheckpoint Written(int step, int attempt = 1, string job = "job-a") => new()
    {
        Step = step,
        Reference = WrittenCheckpoint.ReferenceOf(job, attempt, step),
        WeightsSha256 = $"weights {step}",
        StateSha256 = $"state {step}",
        SizeBytes = 100 + step,
        Generation = 1,
    };

    public static JobResult Result(string weights = "aa", string state = "bb") => new()
    {
        Steps = 40,
        TrainLoss = 1.5,
        ValidationLoss = null,
        WeightsSha256 = weights,
        StateSha256 = state,
        Checkpoint = "/tmp/none",
        TokensPerSecond = 1,
    };
}
