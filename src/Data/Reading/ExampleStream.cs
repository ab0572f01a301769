using System.Runtime.InteropServices;
using System.Text;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Reading;

/// <summary>
/// A split's examples by number, memory-mapped from its shards. An example is its number of parts (one word), the length of each
/// part in words (two words, the low one first), then the parts. Safe for concurrent reads.
/// </summary>
public sealed class ExampleStream : IDisposable
{
    private const int LengthWords = 2;

    private readonly IReadOnlyList<MappedShard> shards;
    private readonly List<(int Shard, int Start)> places = [];

    /// <summary>Opens and verifies the shards of a split, and finds where each example begins.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="entries">The split.</param>
    /// <param name="parts">Parts of each example.</param>
    /// <exception cref="InvalidDataException">A shard is missing, damaged, or does not hold such examples.</exception>
    public ExampleStream(string folder, IReadOnlyList<ShardEntry> entries, int parts)
    {
        shards = MappedShard.MapAll(folder, entries);
        try
        {
            for (var shard = 0; shard < shards.Count; shard++)
            {
                AddPlaces(shard, parts, entries[shard]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Examples in the split.</summary>
    public int Count => places.Count;

    /// <summary>A part of an example, as 16-bit words.</summary>
    public ReadOnlySpan<ushort> Part(long example, int part)
    {
        var (shard, start) = places[checked((int)example)];
        var words = shards[shard].Words[start..];
        var offset = 1 + (words[0] * LengthWords);
        for (var before = 0; before < part; before++)
        {
            offset += LengthOf(words, before);
        }

        return words.Slice(offset, LengthOf(words, part));
    }

    /// <summary>A part that holds real numbers.</summary>
    public ReadOnlySpan<float> Floats(long example, int part) => MemoryMarshal.Cast<ushort, float>(Part(example, part));

    /// <summary>A part that holds a text.</summary>
    public string Text(long example, int part) => Encoding.UTF8.GetString(MemoryMarshal.AsBytes(Part(example, part)).TrimEnd((byte)0));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var shard in shards)
        {
            shard.Dispose();
        }
    }

    private static int LengthOf(ReadOnlySpan<ushort> words, int part)
    {
        var place = 1 + (part * LengthWords);
        return words[place] | (words[place + 1] << 16);
    }

    private void AddPlaces(int shard, int parts, ShardEntry entry)
    {
        var words = shards[shard].Words;
        var start = 0;
        while (start < words.Length)
        {
            var end = start + 1 + ((long)parts * LengthWords);
            if (words[start] == parts && end <= words.Length)
            {
                for (var part = 0; part < parts; part++)
                {
                    end += LengthOf(words[start..], part);
                }
            }

            if (words[start] != parts || end > words.Length)
            {
                throw new InvalidDataException($"shard {entry.Sha256}: no example of {parts} parts at word {start}: the dataset is of another version; prepare it again");
            }

            places.Add((shard, start));
            start = (int)end;
        }
    }
}
