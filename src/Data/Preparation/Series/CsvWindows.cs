namespace SeqCluster.Data.Preparation.Series;

/// <summary>
/// How a series is cut. A window of W rows begins with <paramref name="Context"/> places whose targets it does not tell; the others,
/// W − context, it does. Windows of a held-out part reach back into the rows before it, so that each of its rows is told once; those
/// of the training part stay inside it. The last window of a part ends with it.
/// </summary>
/// <param name="Length">W.</param>
/// <param name="Context">Places without a target.</param>
/// <param name="Ahead">Rows from an input to its target.</param>
/// <param name="Stride">Rows from a training window to the next, at most W − context.</param>
internal sealed record CsvWindows(int Length, int Context, int Ahead, int Stride)
{
    /// <summary>Rows that a series must have to be trained on.</summary>
    public int LeastRows => Length + Ahead;

    private int Told => Length - Context;

    /// <summary>Windows of the first rows of a series.</summary>
    /// <param name="rows">So many, at least <see cref="LeastRows"/>.</param>
    /// <returns>The row of each one's first input, and the first row whose target it tells.</returns>
    public IEnumerable<(int Start, int FirstTold)> OfTraining(int rows) => Of(Ahead + Context, rows, Stride);

    /// <summary>Windows that tell the rows from <paramref name="begin"/> on, before <paramref name="end"/>, each once.</summary>
    public IEnumerable<(int Start, int FirstTold)> OfHeldOut(int begin, int end) => begin == end ? [] : Of(begin, end, Told);

    private IEnumerable<(int Start, int FirstTold)> Of(int begin, int end, int stride)
    {
        for (var row = begin; ; row += stride)
        {
            var isLast = row >= end - Told;
            var first = isLast ? end - Told : row;

            // What the windows before it have told, the last one does not tell again, unless all of them overlap.
            yield return (first - Ahead - Context, stride < Told ? first : row);
            if (isLast)
            {
                yield break;
            }
        }
    }
}
