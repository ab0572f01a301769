using Microsoft.Extensions.Options;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;
using SeqCluster.Silo.Checkpoints;

namespace SeqCluster.Silo.Storage;

/// <summary>The checkpoints' files in the silo's store: <c>JOB/attempt-A/step-NNNNNNNNN</c>.</summary>
internal sealed class CheckpointFiles(IOptions<MembershipOptions> options) : ICheckpointFiles
{
    private const string AttemptPrefix = "attempt-";

    /// <inheritdoc/>
    public Task Trim(string jobId, int attempt, IReadOnlyList<string> kept)
    {
        var job = new DirectoryInfo(Path.Combine(options.Value.CheckpointFolder, jobId));

        // Off the grain's own thread: deleting large files takes a while.
        return job.Exists ? Task.Run(() => Trim(job, attempt, kept.ToHashSet(StringComparer.Ordinal))) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WrittenCheckpoint>> FindWhole(string jobId, Func<WrittenCheckpoint, bool> isWanted)
    {
        var job = new DirectoryInfo(Path.Combine(options.Value.CheckpointFolder, jobId));
        return job.Exists ? Task.Run(() => FindWhole(job, isWanted)) : Task.FromResult<IReadOnlyList<WrittenCheckpoint>>([]);
    }

    private static IReadOnlyList<WrittenCheckpoint> FindWhole(DirectoryInfo job, Func<WrittenCheckpoint, bool> isWanted) =>
        [.. job.EnumerateDirectories($"{AttemptPrefix}*").SelectMany(static attempt => attempt.EnumerateDirectories("step-*"))
            .Select(step => CheckpointOnDisk.Read(step, job.Name, isWanted)).OfType<WrittenCheckpoint>()];

    private static void Trim(DirectoryInfo job, int attempt, HashSet<string> kept)
    {
        foreach (var folder in job.EnumerateDirectories($"{AttemptPrefix}*"))
        {
            if (!int.TryParse(folder.Name.AsSpan(AttemptPrefix.Length), out var number) || number > attempt)
            {
                continue;
            }

            var steps = folder.EnumerateDirectories("step-*").OrderBy(step => step.Name, StringComparer.Ordinal).ToList();
            bool IsKept(DirectoryInfo step) => kept.Contains($"{job.Name}/{folder.Name}/{step.Name}");

            // What the present attempt writes after its last kept one may not have been told of yet.
            var decided = number < attempt ? steps.Count : steps.FindLastIndex(step => IsKept(step)) + 1;
            foreach (var step in steps.Take(decided).Where(step => !IsKept(step)))
            {
                step.Delete(recursive: true);
            }

            if (number < attempt && !folder.EnumerateFileSystemInfos().Any())
            {
                folder.Delete();
            }
        }
    }
}
