namespace SeqCluster.Data.Tokenizing;

/// <summary>
/// Strings in the order of their Unicode code points: that of UTF-8 bytes and of Python. Ordinal comparison of UTF-16 puts
/// characters beyond U+FFFF before those from U+E000 on.
/// </summary>
public static class CodePointOrder
{
    /// <summary>Below, equal to or above 0.</summary>
    public static int Compare(string left, string right)
    {
        var shared = Math.Min(left.Length, right.Length);
        for (var place = 0; place < shared; place++)
        {
            if (left[place] != right[place])
            {
                return Rank(left[place]) - Rank(right[place]);
            }
        }

        return left.Length - right.Length;
    }

    // Surrogates, in order among themselves, above every other unit.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
