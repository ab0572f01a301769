using MessagePack;

namespace SeqCluster.Contracts.Membership;

/// <summary>A checkpoint that a member has written and made permanent, as it tells the coordinator.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record WrittenCheckpoint
{
    private const string AttemptPrefix = "attempt-";

    /// <summary>The last completed step in it.</summary>
    [Id(0), Key(0)] public required int Step { get; init; }

    /// <summary><c>JOB/attempt-A/step-NNNNNNNNN</c>.</summary>
    [Id(1), Key(1)] public required string Reference { get; init; }

    [Id(2), Key(2)] public required string WeightsSha256 { get; init; }

    [Id(3), Key(3)] public required string StateSha256 { get; init; }

    /// <summary>All its files together.</summary>
    [Id(4), Key(4)] public required long SizeBytes { get; init; }

    /// <summary>In which it was written: one that the job's history knows nothing of is not taken.</summary>
    [Id(5), Key(5)] public required int Generation { get; init; }

    /// <summary>The validation loss of this very step; null when it was not evaluated.</summary>
    [Id(6), Key(6)] public double? EvaluatedLoss { get; init; }

    /// <summary>The name that a checkpoint of a job's attempt has everywhere.</summary>
    public static string ReferenceOf(string jobId, int attempt, int step) => $"{jobId}/attempt-{attempt}/step-{step:D9}";

    /// <summary>The attempt in such a name; 0 when it is none.</summary>
    public static int AttemptOf(string reference) =>
        reference.Split('/') is [_, var attempt, _] && attempt.StartsWith(AttemptPrefix, StringComparison.Ordinal)
        && int.TryParse(attempt.AsSpan(AttemptPrefix.Length), out int number) ? number : 0;
}
