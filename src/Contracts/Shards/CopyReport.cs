namespace SeqCluster.Contracts.Shards;

/// <summary>What a place has found out about its copies of a dataset's shards.</summary>
[GenerateSerializer, Immutable]
public sealed record CopyReport
{
    /// <summary>The longest name of a place.</summary>
    public const int PlaceLength = 128;

    /// <summary>Who holds the copies: a worker's id, or <c>silo</c>.</summary>
    [Id(0)] public required string Place { get; init; }

    /// <summary>Shards whose hash it has computed and found right.</summary>
    [Id(1)] public IReadOnlyList<string> Verified { get; init; } = [];

    /// <summary>Shards whose copy was something else, with what was found.</summary>
    [Id(2)] public IReadOnlyList<DamagedCopy> Damaged { get; init; } = [];
}
