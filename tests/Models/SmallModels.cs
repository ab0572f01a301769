using System.Runtime.InteropServices;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

/// <summary>Models and batches small enough for tests.</summary>
internal static class SmallModels
{
    public const int Vocabulary = 13;

    public static TransformerLanguageModelSettings Settings { get; } = new()
    {
        Width = 16,
        Layers = 2,
        Heads = 4,
        Block = 12,
    };

    /// <summary>Both styles: GPT-2's, and the original Transformer's.</summary>
    public static TheoryData<string, string> Variants => new() { { "pre", "learned" }, { "post", "sinusoidal" } };

    public static DataDescription Text(int vocabularySize) => new()
    {
        Kind = DataKinds.Text,
        Tokenizer = new TokenizerEntry { Kind = "char", Size = vocabularySize },
    };

    public static TransformerLanguageModel New(TransformerLanguageModelSettings settings, long seed = 1)
    {
        manual_seed(seed);
        return new TransformerLanguageModel(settings, Vocabulary);
    }

    public static long[] Tokens(int count, ulong seed = 7)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    public static TextBatch Batch(int samples, int block, ulong seed = 7) =>
        new(Tokens(samples * block, seed), Tokens(samples * block, seed + 1), samples, block, 0);

    public static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().contiguous().bytes).ToArray();
    }

    public static float[] Logits(TransformerLanguageModel model, long[] tokens)
    {
        using var withoutGraph = no_grad();
        using var scope = NewDisposeScope();
        return Floats(model.Logits(model.TokenTensor(tokens, 1, tokens.Length)));
    }
}
