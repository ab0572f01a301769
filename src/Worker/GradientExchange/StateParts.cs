using System.Runtime.InteropServices;
using SeqCluster.Collectives;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// Which ranges of the optimizer's state a member holds: of each bucket two, the chunk that it owns and the copy of the chunk of the
/// rank before. Told in elements, because chunks move when the number of members does.
/// </summary>
internal sealed class StateParts
{
    private const int NumbersOfBucket = 4;

    private readonly int[]? edges;

    private StateParts(int[]? edges) => this.edges = edges;

    /// <summary>Everything.</summary>
    public static StateParts Whole { get; } = new((int[]?)null);

    /// <summary>Whether it is everything.</summary>
    public bool IsWhole => edges is null;

    /// <summary>What a member holds after a step of a group.</summary>
    public static StateParts Of(CollectiveGroup group)
    {
        var edges = new int[group.Buckets.Count * NumbersOfBucket];
        foreach (var bucket in group.Buckets)
        {
            var place = edges.AsSpan(bucket.Index * NumbersOfBucket);
            (place[0], place[1]) = bucket.ChunkOf(group.Rank);
            (place[2], place[3]) = bucket.ChunkOf((group.Rank + group.Workers - 1) % group.Workers);
        }

        return new StateParts(edges);
    }

    /// <summary>What each member of a group holds, by rank; null for one that holds no state of the step. Collective.</summary>
    /// <param name="group">The group; no bucket may be under way.</param>
    /// <param name="step">The step of the state.</param>
    /// <param name="own">What this member holds of it.</param>
    public static StateParts?[] Share(CollectiveGroup group, int step, StateParts? own)
    {
        var all = new StateParts?[group.Workers];
        for (var root = 0; root < all.Length; root++)
        {
            // One number more than the edges: whether there are any.
            var told = new int[(group.Buckets.Count * NumbersOfBucket) + 1];
            if (root == group.Rank && own is not null)
            {
                own.EdgesIn(group).CopyTo(told, 0);
                told[^1] = 1;
            }

            group.Broadcast(step, root, MemoryMarshal.AsBytes(told.AsSpan()));
            all[root] = told[^1] == 0 ? null : new StateParts(told[..^1]);
        }

        return all;
    }

    /// <summary>Where the elements from <paramref name="start"/> on that this holds of a bucket end; <paramref name="start"/> when it holds none. Of what was shared.</summary>
    public int EndOf(int bucket, int start)
    {
        var place = edges!.AsSpan(bucket * NumbersOfBucket, NumbersOfBucket);
        var end = start;

        // Either range may go on where the other ends.
        for (var pass = 0; pass < 2; pass++)
        {
            end = place[0] <= end && end < place[1] ? place[1] : end;
            end = place[2] <= end && end < place[3] ? place[3] : end;
        }

        return end;
    }

    private int[] EdgesIn(CollectiveGroup group) => edges
        ?? [.. group.Buckets.SelectMany(static bucket => new[] { 0, bucket.Elements, 0, 0 })];
}
