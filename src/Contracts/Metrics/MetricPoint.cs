using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>One number of one step. (job, step, name) is the key: writing it again replaces it.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public readonly record struct MetricPoint(
    [property: Key(0)] int Step,
    [property: Key(1)] string Name,
    [property: Key(2)] double Value);
