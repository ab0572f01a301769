using SeqCluster.Models.Decoding;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Decoding;

/// <summary>Decoding with a model that is a table: the next token's probabilities depend on the tokens before it by a formula.</summary>
public sealed class SequenceDecoderTests
{
    private const int Begin = 0, End = 1, Vocabulary = 6, Length = 5;

    [TorchTheory]
    [InlineData(LengthPenalty.Wu)]
    [InlineData(LengthPenalty.Power)]
    public void Decode_BeamWideEnough_FindsTheBestOfAll(LengthPenalty penalty)
    {
        var options = new SequenceOptions { BeamWidth = 100, LengthPenalty = penalty, LengthPenaltyAlpha = 0, MaximumLength = 3 };
        for (var source = 0; source < 6; source++)
        {
            var best = Every(source, 3).MaxBy(sequence => sequence.LogProbability)!;
            var found = Decode(options, source);
            Assert.Equal(best.Tokens, found.Tokens);
            Assert.Equal(best.LogProbability, found.LogProbability, 1e-4);
        }
    }

    [TorchTheory]
    [InlineData(LengthPenalty.Wu)]
    [InlineData(LengthPenalty.Power)]
    public void Decode_LengthPenalty_PrefersTheLonger(LengthPenalty penalty)
    {
        int Tokens(double alpha) => Enumerable.Range(0, 20).Sum(source => Decode(
            new SequenceOptions { BeamWidth = 4, LengthPenalty = penalty, LengthPenaltyAlpha = alpha, MaximumLength = 9 }, source).Tokens.Count);
        Assert.True(Tokens(1.5) > Tokens(0), $"1.5: {Tokens(1.5)} tokens, 0: {Tokens(0)}");
    }

    [TorchFact]
    public void Decode_ModelIsSure_EarlyEndsOfNoProbabilityDoNotStopTheBeam()
    {
        var options = new SequenceOptions { MaximumLength = Length };
        for (var source = 0; source < 40; source++)
        {
            var greedy = Decode(options, source, sharpness: 12);
            var beam = Decode(options with { BeamWidth = 4, LengthPenaltyAlpha = 0 }, source, sharpness: 12);
            Assert.True(beam.LogProbability >= greedy.LogProbability - 1e-3, $"source {source}: beam {beam.LogProbability}, greedy {greedy.LogProbability}");
        }
    }

    [Fact]
    public void Penalty_OfEachConvention_IsItsFormula()
    {
        var options = new SequenceOptions { LengthPenaltyAlpha = 0.6 };
        Assert.Equal(1, BeamSearch.Penalty(options, 1));
        Assert.Equal(Math.Pow(2, 0.6), BeamSearch.Penalty(options, 7), 1e-12);
        Assert.Equal(49, BeamSearch.Penalty(options with { LengthPenalty = LengthPenalty.Power, LengthPenaltyAlpha = 2 }, 7), 1e-9);
    }

    [TorchFact]
    public void Decode_WiderBeam_FindsMoreProbableSequences()
    {
        var options = new SequenceOptions { MaximumLength = Length, LengthPenaltyAlpha = 0 };
        double Total(int width) => Enumerable.Range(0, 40).Sum(source => Decode(options with { BeamWidth = width }, source).LogProbability);
        Assert.True(Total(4) > Total(1) + 0.1, $"width 4: {Total(4)}, width 1: {Total(1)}");
    }

    [TorchFact]
    public void Decode_Greedy_TakesTheBestTokenEachTimeAndSumsIt()
    {
        var found = Decode(new SequenceOptions { MaximumLength = Length }, 3);
        var (tokens, sum) = (new List<int>(), 0.0);
        while (tokens.Count < Length)
        {
            var row = Table(3, tokens);
            row[Begin] = double.NegativeInfinity;
            var best = Array.IndexOf(row, row.Max());
            sum += row[best];
            if (best == End)
            {
                break;
            }

            tokens.Add(best);
        }

        Assert.Equal(tokens, found.Tokens);
        Assert.Equal(sum, found.LogProbability, 1e-4);
        Assert.Equal(tokens.Count < Length, found.IsComplete);
    }

    [TorchTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void Decode_BlockedNGram_OccursOnce(int width)
    {
        var free = Enumerable.Range(0, 20).Select(source => Decode(new SequenceOptions { BeamWidth = width, MaximumLength = 20 }, source, endless: true)).ToList();
        var blocked = Enumerable.Range(0, 20).Select(source => Decode(new SequenceOptions { BeamWidth = width, MaximumLength = 20, BlockedNGram = 2 }, source, endless: true)).ToList();
        Assert.Contains(free, sequence => Pairs(sequence).Distinct().Count() < Pairs(sequence).Count());
        Assert.All(blocked, sequence => Assert.Equal(Pairs(sequence).Count(), Pairs(sequence).Distinct().Count()));
    }

    [TorchTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void Decode_MinimumLength_EndsNotBefore(int width)
    {
        var free = Enumerable.Range(0, 20).Select(source => Decode(new SequenceOptions { BeamWidth = width, MaximumLength = 9 }, source)).ToList();
        var held = Enumerable.Range(0, 20).Select(source => Decode(new SequenceOptions { BeamWidth = width, MaximumLength = 9, MinimumLength = 4 }, source)).ToList();
        Assert.Contains(free, sequence => sequence.Tokens.Count < 4);
        Assert.All(held, sequence => Assert.InRange(sequence.Tokens.Count, 4, 9));
    }

    [TorchFact]
    public void Decode_Drawing_FollowsSeedAndSequenceNumberAlone()
    {
        var options = new SequenceOptions { MaximumLength = 12, Sampling = new DecodingOptions { Temperature = 1, Seed = 5 } };
        var together = Decode(options, [0, 1, 2, 3]);
        Assert.Equal(together.Select(Text), Enumerable.Range(0, 4).Select(source => Text(Decode(options, [source], source)[0])));
        Assert.NotEqual(together.Select(Text), Decode(options with { Sampling = options.Sampling with { Seed = 6 } }, [0, 1, 2, 3]).Select(Text));
        var surest = options with { Sampling = options.Sampling with { TopP = 1e-9 } };
        Assert.Equal(Decode(new SequenceOptions { MaximumLength = 12 }, [0, 1, 2, 3]).Select(Text), Decode(surest, [0, 1, 2, 3]).Select(Text));
    }

    [TorchFact]
    public void Decode_ForbiddenTokens_AreNeverWritten()
    {
        var all = Enumerable.Range(0, 30).SelectMany(source => Decode(new SequenceOptions { MaximumLength = 9 }, source).Tokens).ToHashSet();
        Assert.Contains(3, all);
        Assert.DoesNotContain(Begin, all);
    }

    [TorchFact]
    public void New_OptionsOutOfRange_NamesEveryOne()
    {
        var options = new SequenceOptions { BeamWidth = 0, LengthPenaltyAlpha = -1, BlockedNGram = -1, MinimumLength = 5, MaximumLength = 5 };
        var fault = Assert.Throws<ArgumentException>(() => Decode(options, 0)).Message;
        foreach (var part in new[] { "beam width 0", "length penalty -1", "blocked n-gram -1", "maximum length 5" })
        {
            Assert.Contains(part, fault, StringComparison.Ordinal);
        }

        Assert.Contains("at most 50", Assert.Throws<ArgumentException>(() => Decode(new SequenceOptions { MaximumLength = 51 }, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("drawn", Assert.Throws<ArgumentException>(() => Decode(new SequenceOptions { BeamWidth = 2, Sampling = new DecodingOptions() }, 0)).Message, StringComparison.Ordinal);
    }

    private static DecodedSequence Decode(SequenceOptions options, int source, bool endless = false, double sharpness = 2) =>
        Decode(options, [source], 0, endless, sharpness)[0];

    private static IReadOnlyList<DecodedSequence> Decode(SequenceOptions options, int[] sources, long first = 0, bool endless = false, double sharpness = 2)
    {
        using var decoder = new TableDecoder(sources, endless, sharpness);
        return new SequenceDecoder(options, Begin, End, [Begin]).Decode(decoder, first);
    }

    private static string Text(DecodedSequence sequence) => string.Join(' ', sequence.Tokens);

    private static IEnumerable<(int, int)> Pairs(DecodedSequence sequence) => sequence.Tokens.Zip(sequence.Tokens.Skip(1));

    private static IEnumerable<DecodedSequence> Every(int source, int length, double sum = 0, params int[] tokens)
    {
        var row = Table(source, tokens);
        yield return tokens.Length == length ? new DecodedSequence(tokens, sum, false) : new DecodedSequence(tokens, sum + row[End], true);
        foreach (var token in Enumerable.Range(2, tokens.Length == length ? 0 : Vocabulary - 2))
        {
            foreach (var sequence in Every(source, length, sum + row[token], [.. tokens, token]))
            {
                yield return sequence;
            }
        }
    }

    // Log-probabilities of the next token; a function of the source, the place and the last two tokens.
    private static double[] Table(int source, IReadOnlyList<int> tokens, bool endless = false, double sharpness = 2)
    {
        var (last, before) = (tokens.Count > 0 ? tokens[^1] : 0, tokens.Count > 1 ? tokens[^2] : 0);
        var scores = Enumerable.Range(0, Vocabulary).Select(token => sharpness * Math.Sin((1.7 * source) + (endless ? 0 : 0.9 * tokens.Count) + (2.3 * last) + (1.1 * before) + (4.1 * token))).ToArray();
        scores[End] = endless ? -100 : scores[End];
        var total = Math.Log(scores.Sum(Math.Exp));
        return Array.ConvertAll(scores, score => score - total);
    }

    private sealed class TableDecoder(int[] sources, bool endless, double sharpness) : IIncrementalDecoder
    {
        private List<(int Source, List<int> Tokens)> rows = [.. sources.Select(source => (source, new List<int>()))];

        public int Rows => rows.Count;

        public int Capacity => 50;

        public Tensor Next(ReadOnlySpan<int> tokens)
        {
            for (var row = 0; row < tokens.Length; row++)
            {
                if (tokens[row] != Begin)
                {
                    rows[row].Tokens.Add(tokens[row]);
                }
            }

            return tensor(rows.SelectMany(row => Table(row.Source, row.Tokens, endless, sharpness)).Select(value => (float)value).ToArray(), [rows.Count, Vocabulary]);
        }

        public void Select(ReadOnlySpan<int> kept) => rows = [.. kept.ToArray().Select(row => (rows[row].Source, rows[row].Tokens.ToList()))];

        public void Dispose() => rows.Clear();
    }
}
