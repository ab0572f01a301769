using System.Globalization;
using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// Brings the optimizer's state, of which members hold parts, to every member: for a checkpoint or a hash, and when a generation
/// begins, because its chunks are others. A part comes from the lowest rank that holds the longest piece of it; what everybody
/// holds does not travel. Members without any state of the job receive, too.
/// </summary>
internal sealed class StateAssembly(CollectiveGroup group, PreparedJob job)
{
    private const int PieceElements = 1 << 20;

    /// <summary>Assembles the state of a step. Collective; no bucket may be under way.</summary>
    /// <param name="step">A member at another step holds nothing of it.</param>
    /// <returns>Whether anything had to travel.</returns>
    /// <exception cref="InvalidOperationException">A part is nowhere.</exception>
    public bool Run(int step)
    {
        var isHolder = job.Progress.Step == step;
        var parts = StateParts.Share(group, step, isHolder ? job.Parts : null);
        var hasMoved = false;
        for (var bucket = 0; bucket < group.Buckets.Count; bucket++)
        {
            hasMoved |= Assemble(step, bucket, parts);
        }

        job.Parts = isHolder ? StateParts.Whole : job.Parts;

        return hasMoved;
    }

    private bool Assemble(int step, int bucket, StateParts?[] parts)
    {
        var hasMoved = false;
        for (int start = 0, last; start < group.Buckets[bucket].Elements; start = last)
        {
            var root = -1;
            last = start;
            for (var rank = 0; rank < parts.Length; rank++)
            {
                if (parts[rank]?.EndOf(bucket, start) is { } reach && reach > last)
                {
                    (root, last) = (rank, reach);
                }
            }

            if (root < 0)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture, $"nobody holds element {start} of bucket {bucket} of the optimizer's state of step {step}"));
            }

            if (parts.Any(part => part is not null && part.EndOf(bucket, start) < last))
            {
                hasMoved = true;
                Broadcast(step, root, job.Layout.Buckets[bucket].Offset + start, last - start);
            }
        }

        return hasMoved;
    }

    private void Broadcast(int step, int root, int offset, int count)
    {
        foreach (var state in job.Optimizer.State)
        {
            for (var start = 0; start < count; start += PieceElements)
            {
                var piece = state.Values.AsSpan(offset + start, Math.Min(PieceElements, count - start));
                FaultPoints.At(FaultPoint.Transfer, step);
                group.Broadcast(step, root, MemoryMarshal.AsBytes(piece));
            }
        }
    }
}
