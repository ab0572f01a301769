using System.Text;

namespace MessagePack.Objects;

/// <summary>The names of a map's members, as they come on the wire.</summary>
internal sealed class KeyTable(IEnumerable<string> keys)
{
    private readonly byte[][] keys = [.. keys.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads a key and gives its member's index, -1 for an unknown one. Keys usually come in the order in which they were written.</summary>
    public int Read(ref MessagePackReader reader, int expected)
    {
        if (!reader.TryReadText(out ReadOnlySpan<byte> key))
            return -1;
        if (expected < keys.Length && key.SequenceEqual(keys[expected]))
            return expected;
        for (int i = 0; i < keys.Length; i++)
        {
            if (key.SequenceEqual(keys[i]))
                return i;
        }

        return -1;
    }
}
