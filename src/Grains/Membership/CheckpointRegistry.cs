using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Decides which of a job's committed checkpoints are kept and which one a new attempt begins from. Pure; a registry is a list
/// in the order of the steps, with one checkpoint a step. Files are somebody else's business.
/// </summary>
public static class CheckpointRegistry
{
    /// <summary>How many checkpoints are kept, besides the one of the job's last step.</summary>
    public const int KeptLimit = 2;

    /// <summary>The furthest one that is not damaged; null for none.</summary>
    public static JobCheckpoint? Latest(IReadOnlyList<JobCheckpoint> registry) => registry.LastOrDefault(one => !one.IsDamaged);

    /// <summary>
    /// Takes what a member has written. One of a step that is known takes the place of the older: both hold the same bits, and
    /// the older one may be damaged.
    /// </summary>
    /// <param name="registry">Before.</param>
    /// <param name="written">What is new in it is added; the rest is passed over.</param>
    /// <param name="lastStep">The job's: its checkpoint is the result, and always kept.</param>
    /// <param name="now">When.</param>
    /// <param name="added">What was new.</param>
    public static IReadOnlyList<JobCheckpoint> Add(
        IReadOnlyList<JobCheckpoint> registry,
        IEnumerable<WrittenCheckpoint> written,
        int lastStep,
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
            }).ToArray();
        if (added.Count == 0)
        {
            return registry;
        }

        int[] steps = added.Select(one => one.Step).ToArray();
        JobCheckpoint[] all = registry.Where(one => !steps.Contains(one.Step)).Concat(added).OrderBy(one => one.Step).ToArray();
        int[] kept = all.Where(one => !one.IsDamaged && one.Step != lastStep).TakeLast(KeptLimit).Select(one => one.Step).ToArray();
        return all.Where(one => one.Step == lastStep || kept.Contains(one.Step) || (one.IsDamaged && one.Step > steps[^1])).ToArray();
    }

    /// <summary>Marks the checkpoint that a member could not use.</summary>
    public static IReadOnlyList<JobCheckpoint> Damage(IReadOnlyList<JobCheckpoint> registry, string reference) =>
        registry.Select(one => one.Reference == reference ? one with { IsDamaged = true } : one).ToArray();
}
