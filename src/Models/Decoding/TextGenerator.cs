using System.Runtime.InteropServices;
using SeqCluster.Models.Layers;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// Continues a prompt token by token. Keys and values are cached while the text fits the model's block; after that, as in nanoGPT,
/// each token is predicted from the last block's worth of text, whose places have all moved, so that the cache is built anew.
/// </summary>
public sealed class TextGenerator(TransformerLanguageModel model)
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

        var wasTraining = model.training;
        var caches = model.NewCaches();
        using var withoutGraph = no_grad();
        try
        {
            model.eval();
            return Generate(prompt, count, new TokenSampler(options), caches, onToken, cancellation);
        }
        finally
        {
            model.train(wasTraining);
            foreach (var cache in caches)
            {
                cache.Dispose();
            }
        }
    }

    private int[] Generate(
        IReadOnlyList<int> prompt, int count, TokenSampler sampler, IReadOnlyList<KeyValueCache> caches, Action<int>? onToken, CancellationToken cancellation)
    {
        var text = prompt.Select(token => (long)token).ToList();
        var generated = new int[count];
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            generated[i] = sampler.Next(NextLogits(text, caches));
            text.Add(generated[i]);
            onToken?.Invoke(generated[i]);
        }

        return generated;
    }

    private float[] NextLogits(List<long> text, IReadOnlyList<KeyValueCache> caches)
    {
        if (text.Count > model.Block)
        {
            foreach (var cache in caches)
            {
                cache.Clear();
            }
        }

        var known = caches[0].Length;
        var context = CollectionsMarshal.AsSpan(text);
        var fresh = context[Math.Max(known, context.Length - model.Block)..].ToArray();
        using var scope = NewDisposeScope();
        var logits_1TV = model.Logits(model.TokenTensor(fresh, 1, fresh.Length), caches);
        var last_V = logits_1TV.select(1, fresh.Length - 1).to(ScalarType.Float32).cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(last_V.bytes).ToArray();
    }
}
