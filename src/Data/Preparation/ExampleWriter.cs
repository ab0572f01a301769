using System.Runtime.InteropServices;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;

namespace SeqCluster.Data.Preparation;

/// <summary>Writes examples, each of several parts, into shards; none crosses a shard's edge. The form is <see cref="ExampleStream"/>'s.</summary>
internal sealed class ExampleWriter(string folder) : IDisposable
{
    private readonly ShardWriter shards = new(folder, int.MaxValue);

    /// <summary>Examples written.</summary>
    public int Count { get; private set; }

    /// <summary>Appends an example.</summary>
    /// <param name="parts">Each a run of 16-bit words; the same number of parts in all examples of a dataset.</param>
    public void Write(params ReadOnlySpan<ushort[]> parts)
    {
        shards.Write(parts.Length);
        foreach (var part in parts)
        {
            shards.Write(part.Length & ushort.MaxValue);
            shards.Write(part.Length >> 16);
        }

        foreach (var part in parts)
        {
            foreach (var word in part)
            {
                shards.Write(word);
            }
        }

        Count++;
        shards.EndExample();
    }

    public IReadOnlyList<ShardEntry> Finish() => shards.Finish();

    public void Dispose() => shards.Dispose();

    /// <summary>Token numbers as a part.</summary>
    /// <exception cref="OverflowException">A number needs more than 16 bits.</exception>
    public static ushort[] Tokens(ReadOnlySpan<int> tokens)
    {
        var words = new ushort[tokens.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = checked((ushort)tokens[i]);
        }

        return words;
    }

    /// <summary>Real numbers as a part: two words each, little-endian.</summary>
    public static ushort[] Floats(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, ushort>(values).ToArray();

    /// <summary>A text as a part: its UTF-8 bytes, two a word, a zero byte at the end of an odd number. Holds no NUL.</summary>
    public static ushort[] Text(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var words = new ushort[(bytes.Length + 1) / 2];
        bytes.CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }
}
