using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// A text that a language model has read so far, with all that it takes to go on. For one thread, in evaluation mode, without
/// gradients; the caller disposes it.
/// </summary>
public interface ITextContinuation : IDisposable
{
    /// <summary>Reads on.</summary>
    /// <param name="tokens">The next tokens, one at least.</param>
    /// <returns>Scores of the token after them, [V], before the softmax.</returns>
    /// <exception cref="ArgumentException">A token outside the vocabulary.</exception>
    Tensor Read(ReadOnlySpan<int> tokens);
}
