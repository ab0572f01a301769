using SeqCluster.Audit.Content;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Audit;

/// <summary>
/// Replays a job's ledger against its data: every step there once, every replica fed just the samples that its step was to take, every
/// sample once an epoch. Derives the plan and reads the data by code of its own; trusts nothing of what the workers did but the digests
/// that they told of what they had read.
/// </summary>
public sealed class LedgerAudit
{
    private const int DiagnosesBound = 20;

    private readonly AuditedJob job;
    private readonly TrainSpec train;
    private readonly int replicas;
    private readonly int begun;
    private readonly CountingReports reports;
    private readonly List<AuditDefect> found = [];
    private readonly List<LedgerStep> counted = [];
    private int diagnoses;
    private (long MicroBatches, long Samples) proved;

    private LedgerAudit(AuditedJob job)
    {
        this.job = job;
        train = job.Status.Spec.Train;
        replicas = job.Status.Spec.Workers is var workers && workers.Replicas > 0 ? workers.Replicas : workers.Max;
        begun = job.Status.Spec.Start is { Continues: true, Taken.Step: var step } ? step : 0;
        reports = new CountingReports(job, begun);
    }

    /// <summary>Audits a job: a completed one to its last step, any other up to the last step that was told.</summary>
    /// <param name="job">The job, its ledger and its data.</param>
    /// <param name="progress">Told the part done.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The data is not there as the job named it.</exception>
    public static AuditReport Run(AuditedJob job, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        new LedgerAudit(job).Run(progress, cancellation);

    private AuditReport Run(IProgress<double>? progress, CancellationToken cancellation)
    {
        var last = job.Status.State == JobState.Completed ? train.Steps : Math.Max(reports.Last, begun);
        using var data = AuditedData.Open(job.Folder, job.Manifest, job.Block);
        var diagnosis = new Diagnosis(data);
        var book = new EpochBook(() => data.Cover(train, replicas), found.Add);
        var countsEpochs = train.Sampling != SamplingOptions.WithReplacement;
        using var plan = data.Plan(train, replicas, job.Status.Spec.Seed).GetEnumerator();
        AuditedStep? before = null;
        var planned = Next(plan);
        for (var step = 1; step <= last; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)step / last);
            var after = Next(plan);
            if (step > begun)
            {
                var isProved = Check(data, diagnosis, planned, before is null ? [planned, after] : [before, planned, after]);
                if (countsEpochs)
                {
                    book.Take(planned, replica => isProved[replica]);
                }
            }
            else if (countsEpochs)
            {
                book.Pass(planned);
            }

            (before, planned) = (planned, after);
        }

        return Report(last, countsEpochs ? book.Epochs : []);
    }

    private static AuditedStep Next(IEnumerator<AuditedStep> plan) => plan.MoveNext() ? plan.Current : throw new InvalidOperationException("a plan has no end");

    private bool[] Check(AuditedData data, Diagnosis diagnosis, AuditedStep planned, AuditedStep[] near)
    {
        var isProved = new bool[replicas];
        if (reports.Find(planned.Step) is not { } told)
        {
            return isProved;
        }

        counted.Add(told);
        if (told.Epoch != planned.Epoch)
        {
            found.Add(new AuditDefect(planned.Step, null, $"step {planned.Step} is told in epoch {told.Epoch}, and belongs to epoch {planned.Epoch}"));
        }

        if (!told.Replicas.Select(static one => one.Replica).SequenceEqual(Enumerable.Range(0, replicas)))
        {
            found.Add(new AuditDefect(planned.Step, null, $"step {planned.Step} tells of replicas {string.Join(", ", told.Replicas.Select(static one => one.Replica))}, not of each of 0 to {replicas - 1} once"));
            return isProved;
        }

        foreach (var replica in told.Replicas)
        {
            isProved[replica.Replica] = Check(data, diagnosis, planned, replica, near);
        }

        return isProved;
    }

    private bool Check(AuditedData data, Diagnosis diagnosis, AuditedStep planned, ReplicaReport told, AuditedStep[] near)
    {
        var samples = planned.Replicas[told.Replica];
        if (told.Samples == samples.Length && (samples.Length == 0 || data.DigestOf(samples) == told.Digest))
        {
            proved = (proved.MicroBatches + (samples.Length > 0 ? 1 : 0), proved.Samples + samples.Length);
            return true;
        }

        var account = diagnoses++ < DiagnosesBound
            ? diagnosis.Of(samples, told.Samples, told.Digest, near)
            : "what was read is not what was planned";
        found.Add(new AuditDefect(planned.Step, told.Replica, $"step {planned.Step} replica {told.Replica}: {account}"));
        return false;
    }

    private AuditReport Report(int last, IReadOnlyList<AuditedEpoch> epochs) => new()
    {
        JobId = job.Status.JobId,
        Steps = last,
        Continued = begun,
        Replicas = replicas,
        MicroBatches = proved.MicroBatches,
        Samples = proved.Samples,
        Sampling = train.Sampling,
        Epochs = epochs,
        Generations = [.. job.Lineage.Select(generation => Of(generation.Attempt, generation.Generation, generation.Workers))],
        Superseded = reports.Superseded,
        Defects = [.. reports.Defects.Concat(found).OrderBy(static defect => defect.Step ?? int.MaxValue).ThenBy(static defect => defect.Replica ?? -1)],
    };

    private AuditedGeneration Of(int attempt, int generation, IReadOnlyList<string> workers)
    {
        var steps = counted.Where(step => (step.Attempt, step.Generation) == (attempt, generation)).ToList();
        var contributions = workers.Select((worker, rank) =>
        {
            var (first, end) = (rank * replicas / workers.Count, (rank + 1) * replicas / workers.Count);
            return new Contribution(worker, first, end - first, steps.Sum(step => step.Replicas.Skip(first).Take(end - first).Sum(static one => (long)one.Samples)));
        });
        return new AuditedGeneration(attempt, generation, steps.Count > 0 ? steps[0].Step : 0, steps.Count > 0 ? steps[^1].Step : 0, [.. contributions]);
    }
}
