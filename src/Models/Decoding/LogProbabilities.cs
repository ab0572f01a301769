using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>Log-probabilities of the next token for each row, in memory of our own: choosing needs neither torch nor its order of ties.</summary>
internal sealed class LogProbabilities
{
    private readonly float[] values;
    private readonly int vocabulary;

    /// <summary>Takes scores [rows, V] and disposes them.</summary>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    internal LogProbabilities(Tensor logits_RV)
    {
        using var scope = NewDisposeScope();
        using (logits_RV)
        {
            vocabulary = (int)logits_RV.shape[1];
            values = MemoryMarshal.Cast<byte, float>(logits_RV.to(ScalarType.Float32).log_softmax(-1).cpu().contiguous().bytes).ToArray();
        }

        // One score that is not a number makes the whole row so.
        for (var first = 0; first < values.Length; first += vocabulary)
        {
            if (float.IsNaN(values[first]))
            {
                throw new ArgumentException($"the scores of row {first / vocabulary} are not numbers: the weights are spoilt", nameof(logits_RV));
            }
        }
    }

    /// <summary>[V] of one row.</summary>
    internal Span<float> this[int row] => values.AsSpan(row * vocabulary, vocabulary);
}
