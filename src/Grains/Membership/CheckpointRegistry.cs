using System.Globalization;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Decides which of a job's committed checkpoints are kept and which one a new attempt begins from. Pure; a registry is a list
/// in the order of the steps, with one checkpoint a step. Files are somebody else's business.
/// </summary>
public static class CheckpointRegistry
{
    /// <summary>The furthest one that is not damaged; null for none.</summary>
    public static JobCheckpoint? Latest(IReadOnlyList<JobCheckpoint> registry) => registry.LastOrDefault(one => !one.IsDamaged);

    /// <summary>
    /// Whether a checkpoint is of the job's history: its generation went through its step, and all that came later went on from there. What a member
    /// wrote after the others had gone on without it is not.
    /// </summary>
    /// <param name="lineage">The generations of all attempts, in their order.</param>
    /// <param name="attempt">In which it was written.</param>
    /// <param name="generation">In which it was written.</param>
    /// <param name="step">The last completed step in it.</param>
    public static bool IsOfLineage(IReadOnlyList<GenerationRecord> lineage, int attempt, int generation, int step)
    {
        GenerationRecord[] since = lineage.SkipWhile(record => record.Attempt != attempt || record.Generation != generation).ToArray();
        return since.Length > 0 && since[0].StartStep <= step && since.Skip(1).All(later => step <= later.StartStep);
    }

    /// <summary>
    /// Takes what a member has written. One of a step that is known takes the place of the older: both hold the same bits, and
    /// the older one may be damaged.
    /// </summary>
    /// <param name="registry">Before.</param>
    /// <param name="written">What is new in it is added; the rest is passed over.</param>
    /// <param name="spec">The job: what is to be kept, and its last step, whose checkpoint is the result and always is.</param>
    /// <param name="now">When.</param>
    /// <param name="added">What was new.</param>
    public static IReadOnlyList<JobCheckpoint> Add(
        IReadOnlyList<JobCheckpoint> registry,
        IEnumerable<WrittenCheckpoint> written,
        JobSpec spec,
        DateTimeOffset now,
        out IReadOnlyList<JobCheckpoint> added)
    {
        // A report says again what was written before, also what is not kept any more: that lies behind the latest one.
        int reached = Latest(registry)?.Step ?? 0;
        added = written.Where(one => one.Step >= reached && registry.All(known => known.Reference != one.Reference))
            .OrderBy(one => one.Step)
            .Select(one => new JobCheckpoint
            {
                Step = one.Step,
                Reference = one.Reference,
                WeightsSha256 = one.WeightsSha256,
                StateSha256 = one.StateSha256,
                SizeBytes = one.SizeBytes,
                CommittedAt = now,
                EvaluatedLoss = one.EvaluatedLoss,
            }).ToArray();
        if (added.Count == 0)
        {
            return registry;
        }

        int[] steps = added.Select(one => one.Step).ToArray();
        JobCheckpoint[] all = registry.Where(one => !steps.Contains(one.Step)).Concat(added).OrderBy(one => one.Step).ToArray();
        return all.Where(one => WhyKept(all, one, spec).Count > 0 || (one.IsDamaged && one.Step > steps[^1])).ToArray();
    }

    /// <summary>Marks the checkpoint that a member could not use.</summary>
    public static IReadOnlyList<JobCheckpoint> Damage(IReadOnlyList<JobCheckpoint> registry, string reference) =>
        registry.Select(one => one.Reference == reference ? one with { IsDamaged = true } : one).ToArray();

    /// <summary>The references whose files stay: the registry's, and what the job begins with, until it has its result.</summary>
    public static IReadOnlyList<string> KeptFiles(IReadOnlyList<JobCheckpoint> registry, JobSpec? spec)
    {
        IEnumerable<string> references = registry.Select(one => one.Reference);
        return spec?.Start.Taken is { } taken && registry.All(one => one.Step != spec.Train.Steps) ? [.. references.Append(taken.Reference).Distinct()] : [.. references];
    }

    /// <summary>The registry as people see it: each with the rules that keep it.</summary>
    public static IReadOnlyList<JobCheckpoint> Explained(IReadOnlyList<JobCheckpoint> registry, JobSpec? spec) => spec is null
        ? registry
        : registry.Select(one => one with { KeptAs = WhyKept(registry, one, spec) }).ToArray();

    private static IReadOnlyList<string> WhyKept(IReadOnlyList<JobCheckpoint> registry, JobCheckpoint one, JobSpec spec)
    {
        if (one.Step == spec.Train.Steps)
        {
            return ["result"];
        }

        if (one.IsDamaged)
        {
            return [];
        }

        if (one.Reference == spec.Start.Taken?.Reference)
        {
            return registry.Any(other => other.Step == spec.Train.Steps) ? [] : ["start"];
        }

        CheckpointsSpec keep = spec.Checkpoints;
        List<string> reasons = [];
        if (registry.Where(other => !other.IsDamaged && other.Step != spec.Train.Steps).TakeLast(keep.KeepLast).Any(other => other.Step == one.Step))
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"last {keep.KeepLast}"));
        }

        if (keep.KeepEverySteps > 0 && one.Step % keep.KeepEverySteps == 0)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"every {keep.KeepEverySteps} steps"));
        }

        if (IsAmongBest(registry, one, spec))
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"best {keep.KeepBest}"));
        }

        return reasons;
    }

    // The last step's evaluation is of the whole held-out part: with an evaluation of some batches it cannot be compared. Of equals the earlier.
    private static bool IsAmongBest(IReadOnlyList<JobCheckpoint> registry, JobCheckpoint one, JobSpec spec) => registry
        .Where(other => other is { IsDamaged: false, EvaluatedLoss: not null } && (spec.Evaluate.Batches == 0 || other.Step != spec.Train.Steps))
        .OrderBy(other => other.EvaluatedLoss).ThenBy(other => other.Step)
        .Take(spec.Checkpoints.KeepBest)
        .Any(other => other.Step == one.Step);
}
