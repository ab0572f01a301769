using System.Text;

namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// Merge operations of byte pair encoding (Sennrich, Haddow and Birch 2016), first learned first, in the notation of
/// subword-nmt 0.2: a word's last symbol ends in <see cref="WordEnd"/>. Immutable; learns nothing and segments nothing itself.
/// </summary>
public sealed class BytePairCodes
{
    /// <summary>What the last symbol of a word ends in.</summary>
    public const string WordEnd = "</w>";

    private const string Header = "#version: 0.2";

    /// <summary>Codes of these operations.</summary>
    public BytePairCodes(IReadOnlyList<(string Left, string Right)> merges) => Merges = merges;

    /// <summary>The pairs to merge, in order of priority.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Reads a file of codes as subword-nmt writes it.</summary>
    /// <exception cref="FormatException">Another version, or a line that is not two symbols; names every such line.</exception>
    public static BytePairCodes Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0].TrimEnd('\r') != Header)
        {
            throw new FormatException($"line 1 is '{lines[0].TrimEnd('\r')}': byte pair codes begin with '{Header}'");
        }

        var merges = new List<(string, string)>(lines.Length);
        var faults = new List<string>();
        for (var number = 1; number < lines.Length; number++)
        {
            var line = lines[number].Trim('\r', ' ');
            if (line.Length == 0 && number == lines.Length - 1)
            {
                break;
            }

            if (line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right])
            {
                merges.Add((left, right));
            }
            else
            {
                faults.Add($"line {number + 1} is '{line}': must be two symbols with one space between them");
            }
        }

        return faults.Count == 0 ? new BytePairCodes(merges) : throw new FormatException(string.Join("; ", faults));
    }

    /// <summary>The text of the file that subword-nmt reads.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Header).Append('\n');
        foreach (var (left, right) in Merges)
        {
            text.Append(left).Append(' ').Append(right).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The word's characters as symbols, the last with <see cref="WordEnd"/>.</summary>
    internal static List<string> Symbols(string word)
    {
        var symbols = word.EnumerateRunes().Select(symbol => symbol.ToString()).ToList();
        symbols[^1] += WordEnd;
        return symbols;
    }
}
