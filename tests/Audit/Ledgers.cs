using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;

namespace SeqCluster.Audit.Tests;

/// <summary>Jobs of some steps whose replicas really read their samples, by the workers' own plans and readers; nobody trains.</summary>
internal sealed class Ledgers : IDisposable
{
    public const int Replicas = 3;
    public const int Block = 10;

    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-audit-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A job of a kind of data that has come to its last step.</summary>
    /// <param name="kind">As in job files.</param>
    /// <param name="settings">Of the data, as JSON.</param>
    /// <param name="train">How it samples, and how many steps there are.</param>
    /// <param name="misread">What a replica reads of its samples in a step; null: what it is to read.</param>
    public AuditedJob Completed(string kind, string settings, TrainSpec train, Func<int, int, long[], long[]>? misread = null)
    {
        File.WriteAllLines(Path.Combine(folder, "text.txt"), Enumerable.Range(0, 60).Select(static number => $"line {number} of the text"));
        var request = PreparationRequest.For(kind, settings, folder, $$"""{"block": {{Block}}}""");
        var prepared = DataCatalog.Prepare(Path.Combine(folder, "datasets"), request);
        using var split = DataSplit.Open(prepared.Folder, prepared.Manifest.Data, prepared.Manifest.Train, Block);
        var plan = split.Plan(new SamplingOptions(train.Sampling, train.MicroBatch, Replicas, Seed: 5, train.MicroBatchTokens));
        LedgerStep Step(int step)
        {
            var planned = plan[step];
            return new LedgerStep(1, 1, step, planned.Epoch, [.. planned.Replicas.Select((samples, replica) =>
            {
                var read = misread?.Invoke(step, replica, samples.Numbers.ToArray()) is { } numbers ? new MicroBatch(numbers) : samples;
                var batch = split.Read(read);
                return new ReplicaReport(replica, batch.Samples, batch.Digest);
            })]);
        }

        return new AuditedJob(
            Status(train, prepared), [new GenerationRecord(1, 1, 0, "a") { Workers = ["a", "b"] }], [.. Enumerable.Range(1, train.Steps).Select(Step)],
            prepared.Manifest, prepared.Folder, Block);
    }

    private static JobStatus Status(TrainSpec train, PreparedDataset data) => new()
    {
        JobId = "audited-1",
        State = JobState.Completed,
        Reason = "",
        SubmittedAt = DateTimeOffset.UnixEpoch,
        Attempt = 1,
        Generation = 1,
        Step = train.Steps,
        Steps = train.Steps,
        Members = [],
        Spec = new JobSpec
        {
            Seed = 5,
            Model = new ModelSpec { Kind = "any" },
            Data = new DataSpec { ManifestSha256 = data.Sha256 },
            Train = train,
            Workers = new WorkersSpec { Max = 2, Replicas = Replicas },
        },
    };
}
