using SeqCluster.Data.Preparation;
using SeqCluster.Data.Reading;

namespace SeqCluster.Data.Splits;

/// <summary>
/// Where a recording lies in its split's stream. Written as: its class, its length as two halves, low first, its levels, and the
/// features of each hop.
/// </summary>
/// <param name="Levels">Position of its first level.</param>
/// <param name="Samples">Levels.</param>
/// <param name="Class">Number of its class; 0 without classes.</param>
internal sealed record Recording(long Levels, int Samples, int Class)
{
    private const int HeadLength = 3;

    /// <summary>Lists a split's recordings.</summary>
    public static IReadOnlyList<Recording> List(TokenStream stream, int channels, int hop)
    {
        var found = new List<Recording>();
        var head = new long[HeadLength];
        for (var at = 0L; at < stream.Tokens;)
        {
            stream.Read(at, head);
            var samples = checked((int)(head[1] | (head[2] << 16)));
            found.Add(new Recording(at + HeadLength, samples, (int)head[0]));
            at += HeadLength + samples + ((samples + hop - 1L) / hop * channels);
        }

        return found;
    }

    /// <summary>Writes a recording.</summary>
    /// <param name="shards">Where to.</param>
    /// <param name="soundClass">Number of its class.</param>
    /// <param name="levels">Its levels.</param>
    /// <param name="features">[hops, channels].</param>
    public static void Write(ShardWriter shards, int soundClass, ReadOnlySpan<int> levels, ReadOnlySpan<ushort> features)
    {
        shards.Write(soundClass);
        shards.Write(levels.Length & ushort.MaxValue);
        shards.Write(levels.Length >> 16);
        foreach (var level in levels)
        {
            shards.Write(level);
        }

        foreach (var feature in features)
        {
            shards.Write(feature);
        }
    }
}
