namespace SeqCluster.Data.Metrics;

/// <summary>White space as Python's str.split sees it, on which sacrebleu's numbers rest: four separators more than .NET's.</summary>
internal static class WhiteSpace
{
    internal static readonly char[] Characters =
    [
        '\t', '\n', '\v', '\f', '\r', '\u001C', '\u001D', '\u001E', '\u001F', ' ', '\u0085', '\u00A0', '\u1680',
        '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009', '\u200A',
        '\u2028', '\u2029', '\u202F', '\u205F', '\u3000',
    ];

    internal static string[] Split(string text) => text.Split(Characters, StringSplitOptions.RemoveEmptyEntries);
}
