using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Models;

/// <summary>Sources without targets, as a model reads them: padded on the right to the longest.</summary>
/// <param name="Tokens">[rows, places]: x₁ … xₙ <c>&lt;eos&gt;</c>, then <c>&lt;pad&gt;</c>.</param>
/// <param name="Lengths">[rows]: n + 1, the places that are not padding.</param>
/// <param name="Places">Columns.</param>
public sealed record SourceRows(long[] Tokens, int[] Lengths, int Places)
{
    /// <summary>Rows.</summary>
    public int Count => Lengths.Length;

    /// <summary>The sources of a batch.</summary>
    public static SourceRows Of(PairBatch batch) => new(batch.Source, batch.SourceLengths, batch.SourcePlaces);

    /// <summary>Rows of these tokens, without the end token, which is added.</summary>
    public static SourceRows Of(IReadOnlyList<IReadOnlyList<int>> rows)
    {
        var places = rows.Max(row => row.Count) + 1;
        var tokens = new long[rows.Count * places];
        Array.Fill(tokens, SpecialTokens.Padding);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var place = 0; place < rows[row].Count; place++)
            {
                tokens[(row * places) + place] = rows[row][place];
            }

            tokens[(row * places) + rows[row].Count] = SpecialTokens.End;
        }

        return new SourceRows(tokens, [.. rows.Select(row => row.Count + 1)], places);
    }
}
