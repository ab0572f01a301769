using System.Diagnostics;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests;

public sealed class TrainingTests
{
    private const long GrowthMaximumBytes = 16 << 20;

    [TorchFact]
    public void Train_OneShortText_LearnsItByHeart()
    {
        const string Text = "The result does not depend on the cluster: same file, same bits.\n";
        Assert.Equal(64, Text.Length - 1);
        var tokenizer = new CharTokenizer(Text.EnumerateRunes().Distinct());
        var tokens = tokenizer.Encode(Text).Select(token => (long)token).ToArray();
        var batch = new TextBatch(tokens[..64], tokens[1..], 1, 64, 0);
        manual_seed(1);
        using var model = new TransformerLanguageModel(new() { Width = 32, Layers = 2, Heads = 2 }, tokenizer.VocabularySize);

        var losses = Train(model, batch, 150);

        Assert.Equal(Math.Log(tokenizer.VocabularySize), losses[0], 0.1);
        Assert.InRange(losses[^1], 0, 0.1);
    }

    [TorchFact]
    public void Train_ManySteps_MemoryStaysFlat()
    {
        using var model = SmallModels.New(SmallModels.Settings with { Width = 32, Dropout = 0.1, LabelSmoothing = 0.1 });
        var batch = SmallModels.Batch(16, 12);
        Train(model, batch, 50);
        var (tensors, bytes) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, ResidentBytes());
        Train(model, batch, 300);

        // The optimizer of the second run holds its own moments until it is collected.
        var moments = model.OrderedParameters().Count * 3;
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - tensors, 0, moments);
        Assert.InRange(ResidentBytes() - bytes, long.MinValue, GrowthMaximumBytes);
    }

    private static List<double> Train(TrainableModel model, TextBatch batch, int steps)
    {
        using var optimizer = optim.Adam(model.parameters(), 3e-3);
        var losses = new List<double>();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var (loss, targets) = model.SummedLoss(batch);
            (loss / (double)targets).backward();
            optimizer.step();
            losses.Add(loss.item<float>() / targets);
        }

        return losses;
    }

    private static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
