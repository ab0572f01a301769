using SeqCluster.Contracts.Membership;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>Which checkpoint a path names; nothing else becomes a folder's name.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">From 1; 0 for what the job began with.</param>
/// <param name="Step">The last completed step in it.</param>
internal sealed record CheckpointName(string JobId, int Attempt, int Step)
{
    /// <summary><c>JOB/attempt-A/step-NNNNNNNNN</c>.</summary>
    public string Reference => WrittenCheckpoint.ReferenceOf(JobId, Attempt, Step);

    /// <summary>Whether it can name a checkpoint at all.</summary>
    public bool IsSound => JobEndpoints.IsJobId(JobId) && Attempt >= 0 && Step > 0;

    /// <summary>Whether it can name one that a worker writes.</summary>
    public bool IsWorkers => IsSound && Attempt > 0;
}
