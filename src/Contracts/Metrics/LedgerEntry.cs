using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>
/// What a step consumed and came to, as every member keeps it until the silo has stored it. Travels with a state that goes to
/// another member, and lies in checkpoints.
/// </summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record LedgerEntry
{
    private static readonly MessagePackSerializerOptions Packing =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    [Id(0), Key(0)] public required LedgerPlace Place { get; init; }

    /// <summary>Of all R replicas; null for an evaluation.</summary>
    [Id(1), Key(1)] public StepReport? Report { get; init; }

    /// <summary>The job's metrics of the step: any member tells the same.</summary>
    [Id(2), Key(2)] public required IReadOnlyList<MetricPoint> Metrics { get; init; }

    /// <summary>Entries as bytes.</summary>
    public static byte[] Pack(IReadOnlyList<LedgerEntry> entries) => MessagePackSerializer.Serialize(entries, Packing);

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    /// <exception cref="InvalidDataException">These are not the bytes of entries.</exception>
    public static IReadOnlyList<LedgerEntry> Unpack(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return MessagePackSerializer.Deserialize<IReadOnlyList<LedgerEntry>>(bytes, Packing);
        }
        catch (MessagePackSerializationException fault)
        {
            throw new InvalidDataException($"{bytes.Length} bytes are no step reports: {fault.Message}", fault);
        }
    }
}
