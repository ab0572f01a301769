using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Workers;

/// <summary>All that is known of a worker slot.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerSlot
{
    /// <summary>The present incarnation, as it registered; null before the first.</summary>
    [Id(0)] public WorkerOffer? Worker { get; init; }

    /// <summary>What it shall do; null for nothing.</summary>
    [Id(1)] public Assignment? Assignment { get; init; }

    /// <summary>Grows with each change of <see cref="Assignment"/>.</summary>
    [Id(2)] public long Version { get; init; }

    /// <summary>Incarnations that were replaced and cannot come back; the latest ones.</summary>
    [Id(3)] public IReadOnlyList<string> Retired { get; init; } = [];

    /// <summary>Work that was taken away last: nothing up to this generation of this attempt of the job may come again.</summary>
    [Id(4)] public string FencedJobId { get; init; } = "";

    [Id(5)] public int FencedAttempt { get; init; }

    [Id(7)] public int FencedGeneration { get; init; }

    /// <summary>True only for as long as the activation that saw the connection: after a restart nobody is connected.</summary>
    [Id(6)] public bool IsConnected { get; init; }

    /// <summary>The state of the transition table.</summary>
    public SlotState State => (IsConnected, Assignment) switch
    {
        (false, null) => SlotState.Away,
        (false, _) => SlotState.AwayWithWork,
        (true, null) => SlotState.Idle,
        _ => SlotState.Assigned,
    };
}
