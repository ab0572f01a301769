using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// A model that has read its sources and writes targets token by token, many rows at a time, with everything that it has
/// computed kept in caches. Chooses no tokens. For one thread, without gradients; the caller disposes it.
/// </summary>
public interface IIncrementalDecoder : IDisposable
{
    /// <summary>Rows that are being written.</summary>
    int Rows { get; }

    /// <summary>Tokens that a row may have at most, the first one given included.</summary>
    int Capacity { get; }

    /// <summary>Appends one token to each row.</summary>
    /// <param name="tokens">[Rows].</param>
    /// <returns>Scores of the tokens after them, [Rows, V], before the softmax.</returns>
    /// <exception cref="ArgumentException">Another number of tokens, one outside the vocabulary, or more than <see cref="Capacity"/>.</exception>
    Tensor Next(ReadOnlySpan<int> tokens);

    /// <summary>Keeps, repeats or drops rows: row i goes on from what row <paramref name="rows"/>[i] was.</summary>
    void Select(ReadOnlySpan<int> rows);
}
