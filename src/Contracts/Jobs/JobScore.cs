using MessagePack;

namespace SeqCluster.Contracts.Jobs;

/// <summary>How good a finished model is by one measure of its task, on what was held out.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record JobScore
{
    /// <summary>For example <c>bleu</c>, <c>exact_match</c>, <c>bits_per_character</c>; the names are those of <c>--json</c>.</summary>
    [Id(0), Key(0)] public required string Name { get; init; }

    [Id(1), Key(1)] public required double Value { get; init; }

    /// <summary>What exactly was measured, where others measure it differently; null where there is one way.</summary>
    [Id(2), Key(2)] public string? Signature { get; init; }
}
