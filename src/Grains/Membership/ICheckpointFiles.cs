using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>The files of committed checkpoints. Workers write them; the silo removes those that nobody begins from any more.</summary>
public interface ICheckpointFiles
{
    /// <summary>The job's checkpoints that are there and whole: every file is what the manifest says, and the manifest what it says of itself.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="isWanted">Asked first: the files of others are not read.</param>
    Task<IReadOnlyList<WrittenCheckpoint>> FindWhole(string jobId, Func<WrittenCheckpoint, bool> isWanted);

    /// <summary>
    /// Removes the job's checkpoints that are not among <paramref name="kept"/>: all of attempts before
    /// <paramref name="attempt"/>, with what they left half-written, and of that attempt those before its last kept one. What the
    /// attempt has written since is left alone. Repeating it changes nothing.
    /// </summary>
    /// <param name="jobId">The job.</param>
    /// <param name="attempt">The present one, which may be writing now.</param>
    /// <param name="kept">References of the registry.</param>
    Task Trim(string jobId, int attempt, IReadOnlyList<string> kept);
}
