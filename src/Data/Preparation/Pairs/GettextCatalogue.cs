using System.Buffers.Binary;
using System.Text;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>
/// A compiled gettext catalogue (.mo; GNU gettext manual, "The Format of GNU MO Files"): messages and their translations, in the order
/// of the file. Every offset and length is checked: the file may come from anywhere.
/// </summary>
internal static class GettextCatalogue
{
    private const uint Magic = 0x950412de;
    private const int HeaderBytes = 28;
    private const int EntryBytes = 8;
    private const char ContextEnd = '\u0004';
    private const string Charset = "charset=";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a catalogue. Of a message with plural forms the singular is taken; messages without a translation are left out.</summary>
    /// <exception cref="PreparationFault">Not a catalogue, cut off, or not in UTF-8.</exception>
    public static IReadOnlyList<(string Message, string Translation)> Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var name = Path.GetFileName(file);
        if (bytes.Length < HeaderBytes)
        {
            throw new PreparationFault([$"{name}: {bytes.Length} bytes: not a compiled gettext catalogue (.mo)"]);
        }

        var isLittle = BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic;
        if (!isLittle && BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic)
        {
            throw new PreparationFault([$"{name}: does not begin with a catalogue's number: not a compiled gettext catalogue (.mo); compile a .po file with msgfmt"]);
        }

        try
        {
            return Read(bytes, isLittle, name);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new PreparationFault([$"{name}: a string lies outside the file: it is cut off or damaged; bring it again"]);
        }
        catch (DecoderFallbackException)
        {
            throw new PreparationFault([$"{name}: its messages are not UTF-8: convert it (msgconv -t UTF-8) and compile it again"]);
        }
    }

    private static List<(string Message, string Translation)> Read(byte[] bytes, bool isLittle, string name)
    {
        var count = Number(8);
        var (messages, translations) = (Number(12), Number(16));
        var pairs = new List<(string, string)>();
        for (var entry = 0; entry < count; entry++)
        {
            var (message, translation) = (Text(checked(messages + (entry * EntryBytes))), Text(checked(translations + (entry * EntryBytes))));
            if (message.Length == 0)
            {
                CheckCharset(translation, name);
            }
            else if (translation.Length > 0)
            {
                pairs.Add((message, translation));
            }
        }

        return pairs;

        int Number(int offset)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)(bytes.Length - sizeof(uint)));
            var word = bytes.AsSpan(offset, sizeof(uint));
            var value = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(word) : BinaryPrimitives.ReadUInt32BigEndian(word);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (uint)bytes.Length);
            return (int)value;
        }

        // Context before, plural forms after.
        string Text(int entry)
        {
            var (length, offset) = (Number(entry), Number(entry + sizeof(uint)));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + (long)length, bytes.Length);
            var text = StrictUtf8.GetString(bytes, offset, length).Split('\0')[0];
            return text[(text.IndexOf(ContextEnd, StringComparison.Ordinal) + 1)..];
        }
    }

    private static void CheckCharset(string header, string name)
    {
        var start = header.IndexOf(Charset, StringComparison.OrdinalIgnoreCase);
        var charset = start < 0 ? "UTF-8" : header[(start + Charset.Length)..].Split('\n', '\r', ' ')[0];
        if (!charset.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase))
        {
            throw new PreparationFault([$"{name}: its charset is {charset}: convert it (msgconv -t UTF-8) and compile it again"]);
        }
    }
}
