namespace SeqCluster.Data.Sampling;

/// <summary>
/// The fixed list of batches of an evaluation on text: consecutive blocks from the split's first token, and at the end one batch
/// with the tail that is shorter than a block, so that every token but the first is predicted exactly once.
/// </summary>
public static class EvaluationBatches
{
    /// <summary>Lists the batches in order.</summary>
    /// <param name="tokens">Tokens in the split.</param>
    /// <param name="block">Tokens in a sample.</param>
    /// <param name="batchSize">Samples in a batch.</param>
    /// <param name="limit">At most so many batches, evenly spread over the split; 0 for all.</param>
    public static IReadOnlyList<EvaluationBatch> List(long tokens, int block, int batchSize, int limit)
    {
        var targets = tokens - 1;
        if (targets <= 0)
        {
            return [];
        }

        var batches = new List<EvaluationBatch>();
        var blocks = targets / block;
        for (var first = 0L; first < blocks; first += batchSize)
        {
            var starts = new long[Math.Min(batchSize, blocks - first)];
            for (var i = 0; i < starts.Length; i++)
            {
                starts[i] = (first + i) * block;
            }

            batches.Add(new EvaluationBatch(batches.Count, new MicroBatch(starts), block));
        }

        if (targets % block is var tail and > 0)
        {
            batches.Add(new EvaluationBatch(batches.Count, new MicroBatch(new[] { blocks * block }), (int)tail));
        }

        return Spread(batches, limit);
    }

    /// <summary>At most <paramref name="limit"/> of the batches, evenly spread; 0 for all.</summary>
    internal static IReadOnlyList<EvaluationBatch> Spread(IReadOnlyList<EvaluationBatch> batches, int limit) =>
        limit == 0 || limit >= batches.Count
            ? batches
            : [.. Enumerable.Range(0, limit).Select(index => batches[(int)((long)index * batches.Count / limit)] with { Number = index })];
}
