namespace SeqCluster.Client.Commands;

/// <summary>Rows in aligned columns, for people and for <c>awk</c>: no borders, no colors, nothing cut off.</summary>
internal static class TextTable
{
    private const int Gap = 2;

    public static void Write(TextWriter output, string[] head, IReadOnlyList<string[]> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            output.WriteLine(whenEmpty);
            return;
        }

        var widths = head.Select((title, column) => rows.Max(row => row[column].Length) is var widest && widest > title.Length ? widest : title.Length).ToArray();
        foreach (var row in rows.Prepend(head))
        {
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column] + Gap))).TrimEnd());
        }
    }
}
