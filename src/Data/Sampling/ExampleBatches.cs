namespace SeqCluster.Data.Sampling;

/// <summary>The fixed list of batches of an evaluation on examples: sorted by length, so that little is padding, each example once.</summary>
internal static class ExampleBatches
{
    public static IReadOnlyList<EvaluationBatch> List(IReadOnlyList<int> lengths, int batchSize, int limit)
    {
        var sorted = Enumerable.Range(0, lengths.Count).OrderBy(example => lengths[example]).Select(example => (long)example);
        return EvaluationBatches.Spread(
            [.. sorted.Chunk(batchSize).Select((examples, number) => new EvaluationBatch(number, new MicroBatch(examples)))], limit);
    }
}
