using SeqCluster.Contracts.Workers;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>The folder that references of checkpoints start from on this machine, and whether it is the silo's own.</summary>
/// <param name="Root">Full path.</param>
/// <param name="IsShared">What is written there is in the silo's store; else it must be sent there.</param>
internal sealed record CheckpointPlace(string Root, bool IsShared)
{
    /// <summary>The silo's folder when it is here too, which its mark proves; else a folder of this worker.</summary>
    public static CheckpointPlace Of(Assignment assignment, string ownFolder)
    {
        // Over the attempt's folder is the job's, and over that the root.
        var silos = Path.GetFullPath(Path.Combine(assignment.CheckpointFolder, "..", ".."));
        return assignment.StoreMark.Length == 0 || MarkIn(silos) == assignment.StoreMark
            ? new CheckpointPlace(silos, IsShared: true)
            : new CheckpointPlace(ownFolder, IsShared: false);
    }

    private static string? MarkIn(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, Assignment.StoreMarkFile));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
