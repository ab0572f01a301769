using MessagePack;

namespace SeqCluster.Contracts.Membership;

/// <summary>A checkpoint that a member has written and made permanent, as it tells the coordinator.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record WrittenCheckpoint
{
    /// <summary>The last completed step in it.</summary>
    [Id(0), Key(0)] public required int Step { get; init; }

    /// <summary><c>JOB/attempt-A/step-NNNNNNNNN</c>.</summary>
    [Id(1), Key(1)] public required string Reference { get; init; }

    [Id(2), Key(2)] public required string WeightsSha256 { get; init; }

    [Id(3), Key(3)] public required string StateSha256 { get; init; }

    /// <summary>All its files together.</summary>
    [Id(4), Key(4)] public required long SizeBytes { get; init; }

    /// <summary>The name that a checkpoint of a job's attempt has everywhere.</summary>
    public static string ReferenceOf(string jobId, int attempt, int step) => $"{jobId}/attempt-{attempt}/step-{step:D9}";
}
