using System.Diagnostics;
using System.Runtime.InteropServices;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Decoding;

/// <summary>
/// 256 tokens from Transformers of 6 layers with 512 channels, one row: keys and values in caches against a pass over the whole text
/// so far for each token. The passes are measured at every 16th token and stand for those between.
/// </summary>
public static class TransformerDecoding
{
    private const int Tokens = 256;
    private const int Every = 16;
    private const int Vocabulary = 1_000;
    private const int SourceLength = 32;
    private const double Bound = 10;

    /// <summary>The decoder-only model.</summary>
    /// <param name="runs">Of the cached decoding.</param>
    public static DecodingRow MeasureLanguageModel(int runs)
    {
        manual_seed(1);
        using var model = new TransformerLanguageModel(new TransformerLanguageModelSettings { Width = 512, Layers = 6, Heads = 8, Block = Tokens }, Vocabulary);
        model.eval();
        long[] text = [.. Enumerable.Range(0, Tokens).Select(Token)];
        return Measure("Transformer language model, 6 layers of 512", runs, Cached, place =>
        {
            var logits_1TV = model.Logits(model.TokenTensor(text[..(place + 1)], 1, place + 1));
            return logits_1TV.select(1, place);
        });

        float[][] Cached()
        {
            using var continuation = model.NewContinuation();
            return [.. text.Select(token => Floats(continuation.Read([(int)token])))];
        }
    }

    /// <summary>The encoder and decoder; both sides read the source of 32 tokens once a text, but each full pass reads it again.</summary>
    /// <param name="runs">Of the cached decoding.</param>
    public static DecodingRow MeasureTranslation(int runs)
    {
        manual_seed(1);
        using var model = new TransformerModel(new TransformerSettings { Block = Tokens }, Vocabulary, Vocabulary);
        model.eval();
        long[] source = [.. Enumerable.Range(0, SourceLength - 1).Select(Token), SpecialTokens.End];
        long[] target = [SpecialTokens.Begin, .. Enumerable.Range(0, Tokens - 1).Select(Token)];
        return Measure("Transformer, 6 + 6 layers of 512", runs, Cached, place =>
        {
            var batch = new PairBatch(source, [SourceLength], SourceLength, target[..(place + 1)], target[..(place + 1)], [place + 1], place + 1, 1, 0);
            return model.Logits(batch).select(1, place);
        });

        float[][] Cached()
        {
            using var decoder = model.StartDecoding(new SourceRows(source, [SourceLength], SourceLength));
            return [.. target.Select(token => Floats(decoder.Next([(int)token])))];
        }
    }

    private static DecodingRow Measure(string name, int runs, Func<float[][]> cached, Func<int, Tensor> full)
    {
        using var withoutGraph = no_grad();
        var (times, scores) = (new List<double>(), cached());
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            scores = cached();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var (seconds, difference) = (0.0, 0.0);
        for (var place = Every / 2; place < Tokens; place += Every)
        {
            using var scope = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            var expected = Floats(full(place));
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds * Every;
            difference = Math.Max(difference, expected.Zip(scores[place], (left, right) => Math.Abs(left - right)).Max());
        }

        return new DecodingRow($"{name}: {Tokens} tokens", times, seconds, $"every {Every}th of {Tokens} passes", difference, Bound);
    }

    private static long Token(int place) => SpecialTokens.Count + (place * 7919L % (Vocabulary - SpecialTokens.Count));

    private static float[] Floats(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(scores.contiguous().bytes).ToArray();
    }
}
