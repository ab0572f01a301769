using SeqCluster.Audit.Content;
using SeqCluster.Audit.Plans;

namespace SeqCluster.Audit;

/// <summary>Keeps, epoch by epoch, what the job has used of its data: everything once in a whole epoch, nothing twice in any.</summary>
/// <param name="cover">Begins an epoch.</param>
/// <param name="report">Takes what does not hold.</param>
internal sealed class EpochBook(Func<Coverage> cover, Action<AuditDefect> report)
{
    private const int MissingTold = 8;

    private readonly List<AuditedEpoch> epochs = [];
    private Coverage? coverage;
    private AuditedEpoch open = Empty(0);
    private bool isDoubtful;

    /// <summary>Those that were begun.</summary>
    public IReadOnlyList<AuditedEpoch> Epochs => open.Steps > 0 ? [.. epochs, open] : epochs;

    /// <summary>A step before the job's first one, of the job that it continues: its samples are taken for used.</summary>
    public void Pass(AuditedStep step)
    {
        coverage ??= cover();
        open = open with { Epoch = step.Epoch, StepsBefore = open.StepsBefore + 1 };
        foreach (var sample in step.Replicas.SelectMany(static part => part))
        {
            coverage.Take(sample);
        }

        if (step.EndsEpoch)
        {
            (coverage, open) = (null, Empty(step.Epoch + 1));
        }
    }

    /// <summary>A step of the job.</summary>
    /// <param name="step">What was planned.</param>
    /// <param name="isProved">Whether a replica has read just that.</param>
    public void Take(AuditedStep step, Func<int, bool> isProved)
    {
        coverage ??= cover();
        open = open with { Epoch = step.Epoch, Steps = open.Steps + 1 };
        for (var replica = 0; replica < step.Replicas.Count; replica++)
        {
            if (!isProved(replica))
            {
                isDoubtful = true;
                continue;
            }

            open = open with { Samples = open.Samples + step.Replicas[replica].Length };
            foreach (var sample in step.Replicas[replica].Where(sample => !coverage.Take(sample)))
            {
                report(new AuditDefect(step.Step, replica, $"step {step.Step} replica {replica}: sample {sample} was used before in epoch {step.Epoch}"));
            }
        }

        if (step.EndsEpoch)
        {
            Close();
        }
    }

    // Where a reader read otherwise than planned, that is told, and nothing is claimed of what it missed.
    private void Close()
    {
        var (skipped, missing) = coverage!.Rest();
        foreach (var (first, count) in isDoubtful ? [] : missing.Take(MissingTold))
        {
            report(new AuditDefect(null, null, $"epoch {open.Epoch}: {count} from {first} on {(count == 1 ? "was" : "were")} used in no step"));
        }

        epochs.Add(open with { Skipped = skipped, IsWhole = !isDoubtful && missing.Count == 0 });
        (coverage, open, isDoubtful) = (null, Empty(open.Epoch + 1), false);
    }

    private static AuditedEpoch Empty(int epoch) => new(epoch, 0, 0, 0, IsWhole: false);
}
