using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>Continues a prompt token by token with a language model.</summary>
public sealed class TextGenerator(LanguageModel model)
{
    /// <summary>Generates tokens in evaluation mode; the model's mode is restored.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="count">Tokens to generate.</param>
    /// <param name="options">How each is chosen.</param>
    /// <param name="onToken">Told each token as soon as it is known.</param>
    /// <param name="cancellation">Checked before each token.</param>
    /// <returns>The new tokens, without the prompt.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or has a token that is not in the vocabulary.</exception>
    public int[] Generate(
        IReadOnlyList<int> prompt, int count, DecodingOptions options, Action<int>? onToken = null, CancellationToken cancellation = default)
    {
        if (prompt.Count == 0)
        {
            throw new ArgumentException("the prompt is empty: a language model continues a text of at least one token", nameof(prompt));
        }

        var sampler = new TokenSampler(options);
        var wasTraining = model.training;
        try
        {
            model.eval();
            using var text = model.NewContinuation();
            var generated = new int[count];
            for (var i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                generated[i] = sampler.Next(Scores(text.Read(i == 0 ? prompt.ToArray() : generated.AsSpan(i - 1, 1))));
                onToken?.Invoke(generated[i]);
            }

            return generated;
        }
        finally
        {
            model.train(wasTraining);
        }
    }

    private static float[] Scores(Tensor score_V)
    {
        using var scope = NewDisposeScope();
        using (score_V)
        {
            return MemoryMarshal.Cast<byte, float>(score_V.to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
        }
    }
}
