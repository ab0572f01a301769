namespace SeqCluster.Contracts.Jobs;

/// <summary>What the job asks of the cluster.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkersSpec
{
    /// <summary>It does not start, and does not go on, with fewer.</summary>
    [Id(0)] public required int Min { get; init; }

    /// <summary>It takes no more; a worker beyond the replicas would be a spare.</summary>
    [Id(1)] public required int Max { get; init; }

    /// <summary>R: logical data-parallel positions. It fixes the arithmetic and never changes.</summary>
    [Id(2)] public required int Replicas { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>any</c>.</summary>
    [Id(3)] public required string Device { get; init; }

    /// <summary><c>auto</c>, <c>sharedMemory</c> or <c>tcp</c>: how gradients move.</summary>
    [Id(4)] public required string Transport { get; init; }
}
