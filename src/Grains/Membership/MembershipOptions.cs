namespace SeqCluster.Grains.Membership;

/// <summary>Settings of the coordinators.</summary>
public sealed class MembershipOptions
{
    /// <summary>
    /// The folder under which each attempt gets its own for checkpoints, <c>JOB/attempt-N</c>; which workers write to by path
    /// or, from other machines, through the silo. Set by the silo.
    /// </summary>
    public string CheckpointFolder { get; set; } = "";

    /// <summary>See <see cref="SeqCluster.Contracts.Workers.Assignment.StoreMark"/>. Set by the silo.</summary>
    public string StoreMark { get; set; } = "";
}
