using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

public sealed class RecurrentLanguageModelTests
{
    private static readonly DataDescription Data = new()
    {
        Kind = DataKinds.Text,
        Tokenizer = new TokenizerEntry { Kind = "char", Size = SmallModels.Vocabulary },
    };

    [TorchTheory]
    [InlineData("lstm", false)]
    [InlineData("gru", true)]
    [InlineData("elman", false)]
    public void SummedLoss_WindowsWithCarriedState_IsThatOfTheWholeText(string cell, bool tie)
    {
        using var model = New($$"""{"width": 8, "embeddingWidth": 8, "cell": "{{cell}}", "tieWeights": {{(tie ? "true" : "false")}}, "block": 12}""");
        using var scope = NewDisposeScope();
        var batch = SmallModels.Batch(3, 12);
        var (whole, targets) = model.SummedLoss(batch);
        var (sum, state) = (0.0, model.ZeroState(3));
        for (var first = 0; first < 12; first += 4)
        {
            var (loss, count, after) = model.SummedLoss(Window(batch, first, 4), state);
            Assert.Equal(12, count);
            Assert.All(after, part => Assert.False(part.requires_grad));
            (sum, state) = (sum + loss.item<float>(), after);
        }

        Assert.Equal(36, targets);
        Assert.Equal(whole.item<float>(), sum, 1e-5 * sum);
        Assert.NotEqual(whole.item<float>(), Enumerable.Range(0, 3).Sum(window => model.SummedLoss(Window(batch, 4 * window, 4)).Loss.item<float>()), 1e-4);
    }

    [TorchFact]
    public void SummedLoss_CarriedState_GradientsEndAtTheEdge()
    {
        using var model = New("""{"width": 8, "embeddingWidth": 8, "layers": 1}""");
        using var scope = NewDisposeScope();
        var batch = SmallModels.Batch(2, 8);
        var (_, _, state) = model.SummedLoss(Window(batch, 0, 4), model.ZeroState(2));
        model.SummedLoss(Window(batch, 4, 4), state).Loss.backward();
        // Tokens of the first window alone have no gradient in the embedding.
        var gradient = SmallModels.Floats(model.get_parameter("tokens.weight")!.grad!);
        var (first, second) = (Window(batch, 0, 4).Inputs, Window(batch, 4, 4).Inputs);
        foreach (var token in first.Except(second))
        {
            Assert.All(gradient.AsSpan((int)token * 8, 8).ToArray(), value => Assert.Equal(0, value));
        }

        Assert.NotEmpty(first.Except(second));
    }

    [TorchFact]
    public void Generate_Greedy_EqualsFullPasses()
    {
        using var model = New("""{"width": 24, "embeddingWidth": 8, "dropout": 0.5}""");
        using (no_grad())
        {
            foreach (var (_, parameter) in model.OrderedParameters())
            {
                parameter.mul_(8);
            }
        }

        var generated = new TextGenerator(model).Generate([1, 2, 3], 20, new DecodingOptions { Temperature = 0 });
        model.eval();
        var text = new List<long> { 1, 2, 3 };
        for (var i = 0; i < 20; i++)
        {
            using var scope = NewDisposeScope();
            using var withoutGraph = no_grad();
            using var continuation = model.NewContinuation();
            var scores = SmallModels.Floats(continuation.Read(text.Select(token => (int)token).ToArray()));
            text.Add(Array.IndexOf(scores, scores.Max()));
        }

        Assert.Equal(text.Skip(3).Select(token => (int)token), generated);
        Assert.True(generated.Distinct().Count() > 2, "a text that only repeats shows nothing");
    }

    private static RecurrentLanguageModel New(string settings)
    {
        manual_seed(1);
        return (RecurrentLanguageModel)ModelCatalog.Create("recurrent-lm", settings, Data);
    }

    private static TextBatch Window(TextBatch batch, int first, int length)
    {
        long[] Cut(long[] rows) => [.. Enumerable.Range(0, batch.Samples).SelectMany(row => rows.Skip((row * batch.Block) + first).Take(length))];
        return new TextBatch(Cut(batch.Inputs), Cut(batch.Targets), batch.Samples, length, 0);
    }
}
