namespace SeqCluster.Contracts.Jobs;

/// <summary>One worker in the job's present generation.</summary>
[GenerateSerializer, Immutable]
public sealed record MemberStatus
{
    [Id(0)] public required string WorkerId { get; init; }

    /// <summary>−1 for a worker that is invited, or kept ready as a hot spare.</summary>
    [Id(1)] public required int Rank { get; init; }

    /// <summary>First logical replica that it hosts.</summary>
    [Id(2)] public required int FirstReplica { get; init; }

    /// <summary>How many replicas it hosts.</summary>
    [Id(3)] public required int ReplicaCount { get; init; }

    /// <summary>Last completed step that it told of.</summary>
    [Id(4)] public required int Step { get; init; }

    /// <summary>preparing, connecting, training, evaluating, saving, done.</summary>
    [Id(5)] public required string Phase { get; init; }

    /// <summary>What a person should know of it: that it is slow, or leaves; otherwise empty.</summary>
    [Id(6)] public string Note { get; init; } = "";
}
