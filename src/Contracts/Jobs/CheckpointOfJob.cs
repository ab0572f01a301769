using System.Globalization;

namespace SeqCluster.Contracts.Jobs;

/// <summary>A checkpoint as people name it: <c>JOB</c> for a job's last one, <c>JOB@STEP</c> for that of a step.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Step">The last completed step in it; null: the last one.</param>
public sealed record CheckpointOfJob(string JobId, int? Step)
{
    /// <summary>null when a text is no such name.</summary>
    public static CheckpointOfJob? Parse(string text)
    {
        string[] parts = text.Split('@');
        return !Jobs.JobId.IsOne(parts[0]) || parts.Length > 2 ? null
            : parts.Length == 1 ? new CheckpointOfJob(text, null)
            : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step) && step > 0 ? new CheckpointOfJob(parts[0], step)
            : null;
    }

    /// <summary>The one that is meant among a job's.</summary>
    /// <param name="registry">All that are kept.</param>
    /// <returns>null when there is none, or a damaged one.</returns>
    public JobCheckpoint? Find(IEnumerable<JobCheckpoint> registry) => registry.LastOrDefault(one => !one.IsDamaged && (Step is null || one.Step == Step));
}
