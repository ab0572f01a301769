using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Audit;

/// <summary>
/// Which reports count. A report of step s counts when it is of the last generation that began before s: so a later generation, and
/// a later attempt that went back to a checkpoint, take the place of what was done there before. The others are superseded.
/// </summary>
internal sealed class CountingReports
{
    private readonly Dictionary<int, LedgerStep> counting = [];
    private readonly IReadOnlyList<GenerationRecord> lineage;
    private readonly ILookup<int, LedgerStep> all;

    /// <param name="job">The job.</param>
    /// <param name="begun">The step that it begins after.</param>
    public CountingReports(AuditedJob job, int begun)
    {
        lineage = job.Lineage;
        all = job.Reports.ToLookup(static report => report.Step);
        Defects.AddRange(FaultsOfLineage(begun));
        foreach (var report in job.Reports)
        {
            if (!Counts(report))
            {
                Superseded++;
            }
            else if (!counting.TryAdd(report.Step, report))
            {
                Defects.Add(new AuditDefect(report.Step, null, $"step {report.Step} is told twice for attempt {report.Attempt} generation {report.Generation}"));
            }
        }
    }

    /// <summary>What does not hold of the lineage itself, of steps that are missing, and of superseded reports.</summary>
    public List<AuditDefect> Defects { get; } = [];

    /// <summary>How many reports do not count.</summary>
    public int Superseded { get; }

    /// <summary>The last step that is told; 0 for none.</summary>
    public int Last => counting.Keys.DefaultIfEmpty(0).Max();

    /// <summary>The report of a step that counts. Without one, or where a superseded one says otherwise, that becomes a defect.</summary>
    public LedgerStep? Find(int step)
    {
        if (!counting.TryGetValue(step, out var found))
        {
            var others = string.Join(", ", all[step].Select(Name));
            Defects.Add(new AuditDefect(step, null, $"step {step} is missing{(others.Length > 0 ? $": it was done in {others}, which {(GenerationRecord.Counting(lineage, step) is { } due ? $"attempt {due.Attempt} generation {due.Generation} supersedes" : "nothing counts")}" : "")}"));
            return null;
        }

        foreach (var other in all[step].Where(other => other != found))
        {
            if (Report(found).Contradiction(Report(other)) is { } difference)
            {
                Defects.Add(new AuditDefect(step, null, $"{difference}: {Name(found)}, and {Name(other)}, which is superseded"));
            }
        }

        return found;
    }

    private static StepReport Report(LedgerStep step) => new() { Step = step.Step, Epoch = step.Epoch, Replicas = step.Replicas };

    private static string Name(LedgerStep report) => $"attempt {report.Attempt} generation {report.Generation}";

    private bool Counts(LedgerStep report) =>
        GenerationRecord.Counting(lineage, report.Step) is { } due && (due.Attempt, due.Generation) == (report.Attempt, report.Generation);

    private IEnumerable<AuditDefect> FaultsOfLineage(int begun)
    {
        if (lineage.Count > 0 && lineage[0].StartStep != begun)
        {
            yield return new AuditDefect(null, null, $"the first generation begins after step {lineage[0].StartStep}, not {(begun > 0 ? $"after step {begun}, which the job continues" : "at the beginning")}");
        }

        foreach (var (before, after) in lineage.Zip(lineage.Skip(1)))
        {
            var isNext = after.Attempt == before.Attempt
                ? after.Generation == before.Generation + 1 && after.StartStep >= before.StartStep
                : after.Attempt > before.Attempt && after.Generation == 1;
            if (!isNext)
            {
                yield return new AuditDefect(
                    after.StartStep,
                    null,
                    $"attempt {after.Attempt} generation {after.Generation} from step {after.StartStep} cannot follow attempt {before.Attempt} generation {before.Generation} from step {before.StartStep}");
            }
        }
    }
}
