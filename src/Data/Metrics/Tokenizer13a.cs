using System.Text.RegularExpressions;

namespace SeqCluster.Data.Metrics;

/// <summary>
/// The tokenization <c>13a</c> of sacrebleu (Post 2018), which is that of mteval-v13a.pl: punctuation becomes tokens of its
/// own, except the periods and commas of numbers. For comparing translations only, never for training.
/// </summary>
public static partial class Tokenizer13a
{
    /// <summary>The tokens of one segment.</summary>
    public static string[] Tokens(string segment)
    {
        var text = segment.TrimEnd(WhiteSpace.Characters)
            .Replace("<skipped>", string.Empty, StringComparison.Ordinal)
            .Replace("-\n", string.Empty, StringComparison.Ordinal)
            .Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        text = Punctuation().Replace($" {text} ", " $1 ");
        text = MarkAfterNonDigit().Replace(text, "$1 $2 ");
        text = MarkBeforeNonDigit().Replace(text, " $1 $2");
        text = DashAfterDigit().Replace(text, "$1 $2 ");
        return WhiteSpace.Split(text);
    }

    // ASCII punctuation but ' , - . and the digits between them.
    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])")]
    private static partial Regex Punctuation();

    [GeneratedRegex("([^0-9])([.,])")]
    private static partial Regex MarkAfterNonDigit();

    [GeneratedRegex("([.,])([^0-9])")]
    private static partial Regex MarkBeforeNonDigit();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex DashAfterDigit();
}
