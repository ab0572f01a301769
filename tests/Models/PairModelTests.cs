using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models.Decoding;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

public sealed class PairModelTests
{
    public static TheoryData<string, string> Variants => SmallPairs.Variants;

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void SummedLoss_OfPaddedBatch_IsSumOverItsRows(string kind, string settings)
    {
        using var model = SmallPairs.Sharp(kind, settings);
        model.eval();
        var (sources, targets) = SmallPairs.Pairs(6);
        var (whole, count) = Loss(model, SmallPairs.Batch(sources, targets));
        var rows = Enumerable.Range(0, 6).Select(row => Loss(model, SmallPairs.Batch([sources[row]], [targets[row]]))).ToList();
        Assert.Equal(targets.Sum(row => row.Length + 1), count);
        Assert.Equal(rows.Sum(row => row.Loss), whole, 1e-5 * whole);
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void Logits_TargetChanged_EarlierPlacesKeepEveryBit(string kind, string settings)
    {
        using var model = SmallPairs.Sharp(kind, settings);
        model.eval();
        int[][] source = [[4, 5, 6, 7]];
        int[] target = [4, 5, 6, 7, 8, 4, 5];
        var before = Logits(model, SmallPairs.Batch(source, [target]));
        for (var changed = 0; changed < target.Length; changed++)
        {
            int[] other = [.. target];
            other[changed] = other[changed] == 8 ? 4 : other[changed] + 1;
            var after = Logits(model, SmallPairs.Batch(source, [other]));
            // Token y_i is read at place i + 1.
            var edge = (changed + 1) * SmallPairs.Vocabulary;
            Assert.Equal(before[..edge], after[..edge]);
            Assert.NotEqual(before[edge..(edge + SmallPairs.Vocabulary)], after[edge..(edge + SmallPairs.Vocabulary)]);
        }
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void StartDecoding_TokenByToken_EqualsTheFullPass(string kind, string settings)
    {
        using var model = (TranslationModel)SmallPairs.Sharp(kind, settings);
        model.eval();
        var (sources, targets) = SmallPairs.Pairs(4);
        var batch = SmallPairs.Batch(sources, targets);
        var full = Logits(model, batch);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var decoder = model.StartDecoding(SourceRows.Of(batch));
        // Rows change places on the way, as they do in a beam.
        int[] rows = [0, 1, 2, 3];
        for (var place = 0; place < batch.TargetPlaces; place++)
        {
            var scores = SmallModels.Floats(decoder.Next(Array.ConvertAll(rows, row => (int)batch.TargetInputs[(row * batch.TargetPlaces) + place])));
            for (var number = 0; number < rows.Length; number++)
            {
                var expected = full.AsSpan(((rows[number] * batch.TargetPlaces) + place) * SmallPairs.Vocabulary, SmallPairs.Vocabulary).ToArray();
                var actual = scores.AsSpan(number * SmallPairs.Vocabulary, SmallPairs.Vocabulary).ToArray();
                Assert.InRange(expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max(), 0, 1e-5);
            }

            int[] selection = place % 3 == 2 ? [2, 0, 3] : place % 3 == 1 ? [1, 1, 0] : [.. Enumerable.Range(0, rows.Length).Reverse()];
            selection = [.. selection.Where(number => number < rows.Length)];
            decoder.Select(selection);
            rows = Array.ConvertAll(selection, number => rows[number]);
        }
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void Predict_InBatches_EqualsOneByOneAndBeamOfWidthOne(string kind, string settings)
    {
        using var model = SmallPairs.Sharp(kind, settings, 6);
        var (sources, _) = SmallPairs.Pairs(7);
        var options = new SequenceOptions { MaximumLength = 10 };
        var together = model.Predict(SourceRows.Of(sources), options);
        var search = new SequenceDecoder(options, SpecialTokens.Begin, SpecialTokens.End, [SpecialTokens.Padding, SpecialTokens.Begin, SpecialTokens.Unknown]);
        model.eval();
        using (var decoder = ((TranslationModel)model).StartDecoding(SourceRows.Of(sources)))
        {
            Assert.Equal(together.Select(Text), search.DecodeByBeam(decoder).Select(Text));
        }

        model.train();
        Assert.Equal(together.Select(Text), sources.Select(source => Text(model.Predict(SourceRows.Of([source]), options)[0])));
        Assert.True(model.training);
        Assert.All(together.SelectMany(sequence => sequence.Tokens), token => Assert.InRange(token, SpecialTokens.Count, SmallPairs.Vocabulary - 1));
        Assert.True(together.Select(Text).Distinct().Count() > 2, "predictions that are all the same show nothing");
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void AttentionMaps_OfBatch_AreDistributionsOverEachSource(string kind, string settings)
    {
        using var model = SmallPairs.Sharp(kind, settings);
        model.eval();
        var (sources, targets) = SmallPairs.Pairs(4);
        var batch = SmallPairs.Batch(sources, targets);
        var maps = model.AttentionMaps(batch);
        if (settings.Contains("none", StringComparison.Ordinal))
        {
            Assert.Null(maps);
            return;
        }

        Assert.Equal((4, batch.TargetPlaces, batch.SourcePlaces), (maps!.GetLength(0), maps.GetLength(1), maps.GetLength(2)));
        for (var row = 0; row < 4; row++)
        {
            var weights = Enumerable.Range(0, batch.SourcePlaces).Select(place => maps[row, 0, place]).ToList();
            Assert.Equal(1, weights.Take(batch.SourceLengths[row]).Sum(), 1e-5);
            Assert.All(weights.Skip(batch.SourceLengths[row]), weight => Assert.Equal(0, weight));
        }
    }

    [TorchFact]
    public void SummedLoss_ScheduledSampling_FollowsSeedAndStep()
    {
        using var model = SmallPairs.Sharp("seq2seq", """{"width": 12, "embeddingWidth": 8, "block": 12, "dropout": 0, "teacherForcing": 0.25, "teacherForcingSteps": 100}""");
        var (sources, targets) = SmallPairs.Pairs(6);
        var batch = SmallPairs.Batch(sources, targets);
        double At(int step, long seed)
        {
            model.TrainingStep = step;
            manual_seed(seed);
            return Loss(model, batch).Loss;
        }

        var given = At(0, 1);
        Assert.Equal(given, At(0, 2));
        Assert.Equal(At(100, 1), At(100, 1));
        Assert.NotEqual(At(100, 1), At(100, 2));
        Assert.NotEqual(given, At(100, 1));
        Assert.NotEqual(At(20, 1), At(100, 1));
        model.eval();
        Assert.Equal(given, At(100, 1), 1e-6 * given);
    }

    [TorchFact]
    public void Predict_WithEncoderAlone_GivesATokenForEachOfTheSource()
    {
        const string settings = """{"width": 16, "layers": 2, "heads": 2, "block": 12, "norm": "pre"}""";
        using var model = SmallPairs.Sharp("transformer-encoder", settings);
        var (sources, _) = SmallPairs.Pairs(5);
        var predicted = model.Predict(SourceRows.Of(sources), new SequenceOptions());
        Assert.Equal(sources.Select(source => source.Length), predicted.Select(sequence => sequence.Tokens.Count));
        for (var row = 0; row < sources.Length; row++)
        {
            Assert.Equal(Text(predicted[row]), Text(model.Predict(SourceRows.Of([sources[row]]), new SequenceOptions())[0]));
        }

        Assert.Contains("a source of 2 tokens with a target of 1", Assert.Throws<ArgumentException>(() => Loss(model, SmallPairs.Batch([[4, 5]], [[4]]))).Message, StringComparison.Ordinal);
        Assert.Contains("neither beams", Assert.Throws<ArgumentException>(() => model.Predict(SourceRows.Of(sources), new SequenceOptions { BeamWidth = 2 })).Message, StringComparison.Ordinal);
        var (whole, targets) = Loss(model, SmallPairs.Batch(sources, [.. sources.Select(row => row.Select(token => Math.Min(token, 8)).ToArray())]));
        Assert.Equal(sources.Sum(source => source.Length + 1), targets);
        Assert.True(whole > 0);
        Assert.NotNull(model.AttentionMaps(SmallPairs.Batch(sources, sources)));
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void Models_BatchThatDoesNotFit_IsRefused(string kind, string settings)
    {
        using var model = SmallPairs.New(kind, settings);
        var longSource = Enumerable.Repeat(4, 12).ToArray();
        Assert.Contains("a source of 13 places", Assert.Throws<ArgumentException>(() => Loss(model, SmallPairs.Batch([longSource], [[4]]))).Message, StringComparison.Ordinal);
        Assert.Contains("a target of 13 places", Assert.Throws<ArgumentException>(() => Loss(model, SmallPairs.Batch([[4]], [longSource]))).Message, StringComparison.Ordinal);
        Assert.Contains("a source of 13 places", Assert.Throws<ArgumentException>(() => model.Predict(SourceRows.Of([longSource]), new SequenceOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("token 11", Assert.Throws<ArgumentException>(() => Loss(model, SmallPairs.Batch([[11]], [[4]]))).Message, StringComparison.Ordinal);
        Assert.Contains("token 9", Assert.Throws<ArgumentException>(() => Loss(model, SmallPairs.Batch([[4]], [[9]]))).Message, StringComparison.Ordinal);
        Assert.Contains("at most 12", Assert.Throws<ArgumentException>(() => model.Predict(SourceRows.Of([[4]]), new SequenceOptions { MaximumLength = 13 })).Message, StringComparison.Ordinal);
    }

    [TorchTheory]
    [MemberData(nameof(Variants))]
    public void New_SameSeed_SameWeightsAndNoBuffers(string kind, string settings)
    {
        using var model = SmallPairs.New(kind, settings, 3);
        using var same = SmallPairs.New(kind, settings, 3);
        using var other = SmallPairs.New(kind, settings, 4);
        Assert.Empty(model.named_buffers());
        foreach (var ((_, parameter), (_, twin), (_, stranger)) in model.OrderedParameters().Zip(same.OrderedParameters(), other.OrderedParameters()))
        {
            Assert.Equal(SmallModels.Floats(parameter), SmallModels.Floats(twin));
            Assert.True(parameter.dim() == 1 || !SmallModels.Floats(parameter).SequenceEqual(SmallModels.Floats(stranger)) || SmallModels.Floats(parameter).All(value => value == 0));
        }
    }

    private static string Text(DecodedSequence sequence) => $"{string.Join(' ', sequence.Tokens)} {sequence.IsComplete}";

    private static float[] Logits(PairModel model, PairBatch batch)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        return SmallModels.Floats(model.Logits(batch));
    }

    private static (double Loss, long Targets) Loss(PairModel model, PairBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets) = model.SummedLoss(batch);
        return (loss.item<float>(), targets);
    }
}
