using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The answer to an accepted <see cref="HelloFrame"/>; the first <see cref="AssignmentFrame"/> follows it.</summary>
[MessagePackObject]
public sealed record WelcomeFrame : SiloFrame
{
    /// <summary>How often the silo wants to hear from the worker.</summary>
    [Key(0)] public required int HeartbeatIntervalMs { get; init; }

    /// <summary>New for each start of the silo process.</summary>
    [Key(1)] public required string SiloId { get; init; }
}
