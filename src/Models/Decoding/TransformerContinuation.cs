using System.Runtime.InteropServices;
using SeqCluster.Models.Layers;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// A text before a <see cref="TransformerLanguageModel"/>. Keys and values are cached while the text fits the model's block; after
/// that, as in nanoGPT, each token is predicted from the last block's worth of text, whose places have all moved, so that the cache
/// is built anew.
/// </summary>
internal sealed class TransformerContinuation(TransformerLanguageModel model) : ITextContinuation
{
    private readonly IReadOnlyList<KeyValueCache> caches = model.NewCaches();
    private readonly List<long> text = [];

    public Tensor Read(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            text.Add(token);
        }

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
        using var withoutGraph = no_grad();
        var logits_1TV = model.Logits(model.TokenTensor(fresh, 1, fresh.Length), caches);
        return logits_1TV.select(1, fresh.Length - 1).squeeze(0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var cache in caches)
        {
            cache.Dispose();
        }
    }
}
