using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;

namespace SeqCluster.Worker.Evaluation;

/// <summary>
/// Decodes the sources of a split on a fixed list of batches, shared out over the members like an evaluation's: batch b belongs to rank
/// b mod W, and all members get every sequence, so that what comes of it does not depend on who decoded what.
/// </summary>
internal sealed class SharedDecoding(CollectiveGroup group, PairModel model, PairSplit split, SequenceOptions options)
{
    /// <summary>The tokens of the first <paramref name="count"/> examples, in their order.</summary>
    /// <param name="step">The step whose weights decode.</param>
    /// <param name="count">Examples.</param>
    /// <param name="batchSize">Sources that are read at once.</param>
    /// <param name="mayGoOn">Called before each batch; throws to stop.</param>
    public int[][] Decode(int step, int count, int batchSize, Action mayGoOn)
    {
        var batches = split.EvaluationList(batchSize, limit: 0)
            .Select(batch => batch.Samples.Numbers.ToArray().Where(example => example < count).ToArray())
            .Where(examples => examples.Length > 0)
            .ToList();
        var own = new List<int>();
        for (var batch = group.Rank; batch < batches.Count; batch += group.Workers)
        {
            mayGoOn();
            var sources = SourceRows.Of(split.ReadPairs(new MicroBatch(batches[batch])));
            foreach (var sequence in model.Predict(sources, options, batches[batch][0]))
            {
                own.Add(sequence.Tokens.Count);
                own.AddRange(sequence.Tokens);
            }
        }

        var decoded = new int[count][];
        for (var root = 0; root < group.Workers; root++)
        {
            var told = Share(step, root, own).AsSpan();
            foreach (var example in batches.Where((_, batch) => batch % group.Workers == root).SelectMany(examples => examples))
            {
                decoded[example] = told.Slice(1, told[0]).ToArray();
                told = told[(1 + told[0])..];
            }
        }

        return decoded;
    }

    // Everybody gives the same length to a broadcast: it is told first.
    private int[] Share(int step, int root, List<int> own)
    {
        Span<int> length = [own.Count];
        group.Broadcast(step, root, MemoryMarshal.AsBytes(length));
        var told = root == group.Rank ? [.. own] : new int[length[0]];
        group.Broadcast(step, root, MemoryMarshal.AsBytes(told.AsSpan()));
        return told;
    }
}
