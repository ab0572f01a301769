namespace SeqCluster.Data.Metrics;

/// <summary>So many neighbours in a sequence, compared by value; a view, not a copy.</summary>
internal readonly struct NGram<T>(T[] sequence, int start, int length) : IEquatable<NGram<T>>
    where T : IEquatable<T>
{
    private ReadOnlySpan<T> Items => sequence.AsSpan(start, length);

    /// <summary>How often each n-gram occurs.</summary>
    internal static Dictionary<NGram<T>, long> Count(T[] sequence, int length)
    {
        var counts = new Dictionary<NGram<T>, long>();
        for (var start = 0; start + length <= sequence.Length; start++)
        {
            var gram = new NGram<T>(sequence, start, length);
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }

    public bool Equals(NGram<T> other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is NGram<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }
}
