using Microsoft.Extensions.Options;
using SeqCluster.Grains.Membership;

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

            // What the present attempt writes after its first kept one may not have been told of yet.
            var removed = number < attempt ? steps.Where(step => !IsKept(step))
                : steps.Any(IsKept) ? steps.TakeWhile(step => !IsKept(step))
                : [];
            foreach (var step in removed)
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
