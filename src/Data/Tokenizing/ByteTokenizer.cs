using System.Text;

namespace SeqCluster.Data.Tokenizing;

/// <summary>One token for each UTF-8 byte: 256 tokens, any file, no vocabulary to learn.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    /// <summary>The name in the job file.</summary>
    public const string Name = "byte";

    /// <inheritdoc />
    public string Kind => Name;

    /// <inheritdoc />
    public int VocabularySize => 256;

    /// <inheritdoc />
    public int[] Encode(string text) => Array.ConvertAll(Encoding.UTF8.GetBytes(text), value => (int)value);

    /// <inheritdoc />
    /// <remarks>Bytes that form no character become U+FFFD: a model may generate half a character.</remarks>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new byte[tokens.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)tokens[i], 255u, nameof(tokens));
            bytes[i] = (byte)tokens[i];
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
