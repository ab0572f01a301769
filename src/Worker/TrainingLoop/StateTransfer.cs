using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Ledger;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// Brings the state of the generation's start step from one member to those that are not at it: into staging memory, and in its
/// place only when its hash is the source's. Every member takes part, because a broadcast needs all; who is there already
/// receives into a scratch piece.
/// </summary>
internal sealed class StateTransfer(CollectiveGroup group, PreparedJob job, StepLedger ledger, int source)
{
    /// <summary>Bytes of one broadcast, and of the scratch memory of who needs none of it.</summary>
    private const int PieceBytes = 4 << 20;

    private readonly byte[] scratch = new byte[PieceBytes];

    /// <summary>Sends, takes over, or lets pass.</summary>
    /// <param name="step">The generation's start step.</param>
    /// <param name="isBehind">Whether this member is not at it.</param>
    /// <param name="pass">The point of no return: called before anything is changed, with the step that counts from then on.</param>
    /// <exception cref="StateTransferException">What came is not what the source holds: nothing was changed.</exception>
    public void Run(int step, bool isBehind, Action<int> pass)
    {
        var held = job.State.Buffers;
        var staging = isBehind ? [.. held.Select(buffer => new float[buffer.Length])] : held;
        foreach (var buffer in staging)
        {
            Broadcast(step, MemoryMarshal.AsBytes(buffer.AsSpan()), keeps: isBehind || group.Rank == source);
        }

        var hash = Share(step, group.Rank == source ? Convert.FromHexString(job.State.StateHash(held)) : new byte[32]);
        var summary = ShareSummary(step);
        var reports = ShareReports(step, isBehind);
        FaultPoints.At(FaultPoint.Transfer, step);
        if (!isBehind)
        {
            return;
        }

        var received = job.State.StateHash(staging);
        if (received != Convert.ToHexStringLower(hash))
        {
            throw new StateTransferException($"rank {group.Rank} received state {received} of step {step}; rank {source} sent {Convert.ToHexStringLower(hash)}");
        }

        pass(step);
        foreach (var (from, to) in staging.Zip(held))
        {
            from.CopyTo(to, 0);
        }

        job.Parts = StateParts.Whole;
        job.Parameters.CopyToModel();
        job.Progress.TakeOver(step, summary);
        ledger.TakeOver(reports);
    }

    private void Broadcast(int step, Span<byte> bytes, bool keeps)
    {
        for (var start = 0; start < bytes.Length; start += PieceBytes)
        {
            var length = Math.Min(PieceBytes, bytes.Length - start);
            FaultPoints.At(FaultPoint.Transfer, step);
            group.Broadcast(step, source, keeps ? bytes.Slice(start, length) : scratch.AsSpan(0, length));
        }
    }

    private byte[] Share(int step, byte[] bytes)
    {
        group.Broadcast(step, source, bytes);
        return bytes;
    }

    // Whoever joins may be the only one left when the others' reports are to be sent.
    private IReadOnlyList<LedgerEntry> ShareReports(int step, bool isBehind)
    {
        var packed = group.Rank == source ? LedgerEntry.Pack(ledger.Kept) : [];
        var length = BitConverter.ToInt32(Share(step, BitConverter.GetBytes(packed.Length)));
        if (group.Rank != source)
        {
            packed = new byte[length];
        }

        Broadcast(step, packed, keeps: isBehind || group.Rank == source);
        return isBehind ? LedgerEntry.Unpack(packed) : [];
    }

    // Rank 0 of a later checkpoint may be who joined now: what the job has come to is part of it.
    private RunSummary? ShareSummary(int step)
    {
        var summary = job.Progress.Summary;
        var values = MemoryMarshal.Cast<byte, double>(Share(step, MemoryMarshal.AsBytes<double>(
            [summary?.TrainLoss ?? 0, summary?.ValidationLoss ?? 0, summary is null ? 0 : 1, summary?.ValidationLoss is null ? 0 : 1]).ToArray()));
        return values[2] == 0 ? null : new RunSummary(values[0], values[3] == 0 ? null : values[1], 0);
    }
}

/// <summary>A state did not arrive as it was sent. The member keeps what it had.</summary>
internal sealed class StateTransferException(string message) : Exception(message);
