using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Reading;

/// <summary>Reads the samples of a micro-batch and says, by a digest over what it really read, which they were.</summary>
public static class TextBatchReader
{
    /// <summary>Reads blocks of <paramref name="block"/> inputs and their targets, shifted by one.</summary>
    public static TextBatch Read(TokenStream stream, MicroBatch samples, int block)
    {
        var inputs = new long[samples.Count * block];
        var targets = new long[samples.Count * block];
        var window = new long[block + 1];
        using var digest = new BatchDigest();
        for (var row = 0; row < samples.Count; row++)
        {
            var start = samples.Numbers.Span[row];
            stream.Read(start, window);
            window.AsSpan(0, block).CopyTo(inputs.AsSpan(row * block));
            window.AsSpan(1, block).CopyTo(targets.AsSpan(row * block));
            digest.Begin(start);
            digest.Add<long>(window);
        }

        return new TextBatch(inputs, targets, samples.Count, block, digest.Finish());
    }
}
