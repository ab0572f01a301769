namespace SeqCluster.Grains.Membership;

/// <summary>Settings of the coordinators.</summary>
public sealed class MembershipOptions
{
    /// <summary>
    /// The folder under which each attempt gets its own for checkpoints, <c>JOB/attempt-N</c>; readable and writable by all
    /// workers. Set by the silo.
    /// </summary>
    public string CheckpointFolder { get; set; } = "";
}
