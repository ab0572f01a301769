using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// Where checkpoints of an attempt are made permanent, and where those of any attempt of the job are found: the folder that the
/// silo and its workers share. Knows nothing of what is in them.
/// </summary>
internal sealed class CheckpointStore(Assignment assignment)
{
    // Over this attempt's folder is the job's, and over that the root that references start from.
    private readonly string root = Path.GetFullPath(Path.Combine(assignment.CheckpointFolder, "..", ".."));

    /// <summary>A local folder, empty, to write the checkpoint of a step into.</summary>
    public string Stage(int step)
    {
        var folder = $"{PathOf(step)}.{assignment.Generation}.partial";
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Makes a staged folder, whose files are on the disk, permanent: whoever finds it finds it whole.</summary>
    /// <returns>Its reference, <c>JOB/attempt-A/step-NNNNNNNNN</c>.</returns>
    public string Commit(string stagedFolder, int step)
    {
        var folder = PathOf(step);
        if (Directory.Exists(folder))
        {
            // An earlier generation finished writing and was lost before it could say so. The bits are the same.
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(stagedFolder, folder);
        return WrittenCheckpoint.ReferenceOf(assignment.JobId, assignment.Attempt, step);
    }

    /// <summary>A local folder that holds a committed checkpoint of this job. Whether it is whole is the reader's to check.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public string Fetch(string reference)
    {
        var folder = Path.Combine(root, reference);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder}: there is no such checkpoint");
    }

    /// <summary>Where a step of this attempt is after it was committed, on the silo's machine.</summary>
    public string PathOf(int step) => Path.Combine(root, WrittenCheckpoint.ReferenceOf(assignment.JobId, assignment.Attempt, step));
}
