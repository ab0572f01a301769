using System.Text;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// The lines of a UTF-8 file with their numbers. A line that is not text is told as a fault and comes as null, so that the lines after
/// it keep their numbers and are looked at as well.
/// </summary>
internal static class TextLines
{
    /// <summary>A line is a sentence; a file without line breaks is a mistake, and would fill the memory.</summary>
    public const int MaximumBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IEnumerable<string?> Read(string file, FaultList faults)
    {
        var line = new List<byte>();
        var number = 0;
        var name = Path.GetFileName(file);
        using var stream = new BufferedStream(File.OpenRead(file), 1 << 16);
        for (int next; (next = stream.ReadByte()) >= 0;)
        {
            if (next != '\n' && line.Count < MaximumBytes)
            {
                line.Add((byte)next);
                continue;
            }

            yield return Decode(line, $"{name}:{++number}", faults);
            line.Clear();
        }

        if (line.Count > 0)
        {
            yield return Decode(line, $"{name}:{++number}", faults);
        }
    }

    private static string? Decode(List<byte> bytes, string place, FaultList faults)
    {
        if (bytes.Count >= MaximumBytes)
        {
            faults.Add($"{place}: a line of {bytes.Count:N0} bytes or more: a line is one sequence, of at most {MaximumBytes:N0} bytes");
            return null;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes.ToArray()).TrimStart('\uFEFF').TrimEnd('\r');
            if (!text.Contains('\0'))
            {
                return text;
            }

            faults.Add($"{place}: holds a NUL character: not text");
        }
        catch (DecoderFallbackException)
        {
            faults.Add($"{place}: not UTF-8 text: convert the file, or take the line out");
        }

        return null;
    }
}
