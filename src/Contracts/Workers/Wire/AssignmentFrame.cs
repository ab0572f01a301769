using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>
/// What the worker shall do from now on. Sent after <see cref="WelcomeFrame"/>, at each change, and again while heartbeats name
/// an older version. A worker ignores a version that is not newer than the one it acts on, except right after Welcome.
/// </summary>
[MessagePackObject]
public sealed record AssignmentFrame : SiloFrame
{
    /// <summary>Grows with each change for this worker slot.</summary>
    [Key(0)] public required long Version { get; init; }

    /// <summary>null: nothing; whatever the worker does, it stops.</summary>
    [Key(1)] public required Assignment? Assignment { get; init; }
}
