using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Worker.Ledger;

/// <summary>
/// Brings what each replica consumed to every member, as a part of the step that must have arrived before the step counts; so nobody
/// can complete a step of which it could not tell. Rank 0, which sends to the silo, tells along what the silo has stored. Engine thread.
/// </summary>
internal sealed class ReportExchange(CollectiveGroup group, StepLedger ledger, int replicas)
{
    private readonly byte[] content = new byte[Unsafe.SizeOf<LedgerPlace>() + (replicas * Unsafe.SizeOf<Row>())];

    private Span<byte> PlaceBytes => content.AsSpan(0, Unsafe.SizeOf<LedgerPlace>());

    private Span<Row> Rows => MemoryMarshal.Cast<byte, Row>(content.AsSpan(Unsafe.SizeOf<LedgerPlace>()));

    /// <summary>Gives this member's part and gets everybody's. No bucket may be under way.</summary>
    /// <param name="step">The step.</param>
    /// <param name="own">Of the replicas that are hosted here, in their order.</param>
    /// <returns>Of all replicas, in their order.</returns>
    public IReadOnlyList<ReplicaReport> Run(int step, IReadOnlyList<ReplicaReport> own)
    {
        if (group.Workers == 1)
        {
            return own;
        }

        foreach (var report in own)
        {
            Rows[report.Replica] = new Row(report.Digest, report.Samples);
        }

        for (var root = 0; root < group.Workers; root++)
        {
            var (first, last) = (root * replicas / group.Workers, (root + 1) * replicas / group.Workers);
            if (root > 0)
            {
                group.Broadcast(step, root, MemoryMarshal.AsBytes(Rows[first..last]));
                continue;
            }

            MemoryMarshal.Write(PlaceBytes, ledger.Stored);
            group.Broadcast(step, root, content.AsSpan(0, PlaceBytes.Length + MemoryMarshal.AsBytes(Rows[..last]).Length));
            ledger.Acknowledge(MemoryMarshal.Read<LedgerPlace>(PlaceBytes));
        }

        var all = new ReplicaReport[replicas];
        for (var replica = 0; replica < replicas; replica++)
        {
            all[replica] = new ReplicaReport(replica, (int)Rows[replica].Samples, Rows[replica].Digest);
        }

        return all;
    }

    // The second member fills up what alignment would leave undefined.
    private readonly record struct Row(ulong Digest, long Samples);
}
