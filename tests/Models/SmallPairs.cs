using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

/// <summary>Models of pairs and their batches, small enough for tests.</summary>
internal static class SmallPairs
{
    public const int SourceVocabulary = 11;
    public const int Vocabulary = 9;

    public static DataDescription Data { get; } = new()
    {
        Kind = DataKinds.Pairs,
        Tokenizer = new TokenizerEntry { Kind = "char", Size = Vocabulary },
        SourceTokenizer = new TokenizerEntry { Kind = "char", Size = SourceVocabulary },
    };

    /// <summary>Every way through the models: kind, settings.</summary>
    public static TheoryData<string, string> Variants => new()
    {
        { "transformer", """{"width": 16, "encoderLayers": 2, "decoderLayers": 2, "heads": 4, "block": 12, "dropout": 0, "tieWeights": false}""" },
        { "transformer", """{"width": 16, "encoderLayers": 1, "decoderLayers": 2, "heads": 2, "block": 12, "norm": "pre", "positions": "learned"}""" },
        { "transformer", """{"width": 16, "encoderLayers": 1, "decoderLayers": 1, "heads": 2, "block": 12, "norm": "pre", "positions": "concatenated", "tieWeights": false, "activation": "gelu"}""" },
        { "seq2seq", """{"width": 12, "embeddingWidth": 8, "block": 12}""" },
        { "seq2seq", """{"width": 12, "embeddingWidth": 8, "block": 12, "cell": "lstm", "attention": "general", "context": "state", "encoderLayers": 2, "decoderLayers": 2}""" },
        { "seq2seq", """{"width": 12, "embeddingWidth": 8, "block": 12, "cell": "lstm-peephole", "attention": "none", "context": "state", "bidirectional": false}""" },
        { "seq2seq", """{"width": 12, "embeddingWidth": 12, "block": 12, "cell": "mgu", "attention": "none", "context": "both", "tieWeights": true}""" },
        { "seq2seq", """{"width": 12, "embeddingWidth": 8, "block": 12, "cell": "gru", "resetBefore": true, "attention": "location", "context": "input"}""" },
    };

    public static PairModel New(string kind, string settings, long seed = 1)
    {
        manual_seed(seed);
        return (PairModel)ModelCatalog.Create(kind, settings, Data);
    }

    /// <summary>Weights large enough for distributions that are far from uniform.</summary>
    public static PairModel Sharp(string kind, string settings, double factor = 3)
    {
        var model = New(kind, settings);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        foreach (var (_, parameter) in model.OrderedParameters().Where(entry => entry.Parameter.dim() > 1))
        {
            parameter.mul_(factor);
        }

        return model;
    }

    /// <summary>Random pairs of different lengths, without end tokens.</summary>
    public static (int[][] Sources, int[][] Targets) Pairs(int count, ulong seed = 3)
    {
        var random = new SplitMix64(seed);
        int[] Row(int vocabulary) =>
            [.. Enumerable.Range(0, 1 + (int)random.Next(8)).Select(_ => SpecialTokens.Count + (int)random.Next(vocabulary - SpecialTokens.Count))];
        return ([.. Enumerable.Range(0, count).Select(_ => Row(SourceVocabulary))], [.. Enumerable.Range(0, count).Select(_ => Row(Vocabulary))]);
    }

    public static PairBatch Batch(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets)
    {
        var source = SourceRows.Of(sources);
        var places = targets.Max(row => row.Length) + 1;
        var (inputs, wanted) = (new long[targets.Count * places], new long[targets.Count * places]);
        Array.Fill(inputs, SpecialTokens.Padding);
        Array.Fill(wanted, SequenceBatch.NoTarget);
        for (var row = 0; row < targets.Count; row++)
        {
            long[] whole = [SpecialTokens.Begin, .. targets[row], SpecialTokens.End];
            whole[..^1].CopyTo(inputs, row * places);
            whole[1..].CopyTo(wanted, row * places);
        }

        return new PairBatch(
            source.Tokens, source.Lengths, source.Places, inputs, wanted, [.. targets.Select(row => row.Length + 1)], places, targets.Count, 0);
    }
}
