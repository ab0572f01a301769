using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Transfers;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// Where checkpoints of an attempt are written on this machine, and where those of any attempt of the job are found: in the folder
/// that the silo shares, or in one of this worker's with the silo behind it. Knows nothing of what is in them.
/// </summary>
/// <param name="assignment">The attempt.</param>
/// <param name="place">The folder.</param>
/// <param name="fetch">Brings a checkpoint of the job, by its path at the silo, into a folder.</param>
internal sealed class CheckpointStore(Assignment assignment, CheckpointPlace place, Action<string, string> fetch)
{
    /// <summary>A local folder, empty, to write the checkpoint of a step into.</summary>
    public string Stage(int step)
    {
        var folder = $"{LocalPathOf(ReferenceOf(step))}.{assignment.Generation}.partial";
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Makes a staged folder, whose files are on the disk, final here: whoever finds it finds it whole.</summary>
    /// <returns>Its reference, <c>JOB/attempt-A/step-NNNNNNNNN</c>.</returns>
    public string Commit(string stagedFolder, int step)
    {
        // One may be there: an earlier generation finished writing and was lost before it could say so.
        DurableFolder.Publish(stagedFolder, LocalPathOf(ReferenceOf(step)));
        return ReferenceOf(step);
    }

    /// <summary>A local folder that holds a committed checkpoint of this job. Whether it is whole is the reader's to check.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">The silo's copy is missing or damaged.</exception>
    /// <exception cref="TransferException">The silo is away, or there is no room here.</exception>
    public string Fetch(string reference)
    {
        var folder = LocalPathOf(reference);
        if (!place.IsShared && !Directory.Exists(folder))
        {
            try
            {
                fetch(SiloPathOf(reference), folder);
            }
            catch (TransferException fault) when (fault.Kind is TransferFault.Refused or TransferFault.Damaged)
            {
                throw new InvalidDataException(fault.Message, fault);
            }
        }

        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder}: there is no such checkpoint");
    }

    /// <summary>Where a step of this attempt is after it was committed, on the silo's machine.</summary>
    public string PathOf(int step) => Path.GetFullPath(Path.Combine(assignment.CheckpointFolder, "..", "..", ReferenceOf(step)));

    /// <summary>Where a checkpoint is on this machine.</summary>
    public string LocalPathOf(string reference) => Path.Combine(place.Root, reference);

    /// <summary>The path of a checkpoint in the silo's API for workers.</summary>
    public static string SiloPathOf(string reference)
    {
        var parts = reference.Split('/');
        return $"v1/worker/checkpoints/{parts[0]}/{parts[1]["attempt-".Length..]}/{parts[2]["step-".Length..].TrimStart('0')}";
    }

    private string ReferenceOf(int step) => WrittenCheckpoint.ReferenceOf(assignment.JobId, assignment.Attempt, step);
}
