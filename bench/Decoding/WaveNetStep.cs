using System.Diagnostics;
using SeqCluster.Bench.Measurement;
using SeqCluster.Bench.Training;
using SeqCluster.Data.Reading;
using SeqCluster.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Decoding;

/// <summary>A training step of the product's WaveNet beside one of the benchmark's, same sizes, same operators, turn by turn in one process.</summary>
public static class WaveNetStep
{
    /// <summary>Our times over the benchmark model's.</summary>
    /// <param name="runs">Pairs of measured steps, after two to warm up.</param>
    public static PairedRatio Measure(int runs)
    {
        var size = WaveNetConfig.Of(ModelSize.Full);
        manual_seed(1);
        using var model = new WaveNet(
            new WaveNetSettings { Width = (int)size.Channels, SkipWidth = 0, Layers = size.Layers, Cycle = size.Cycle, Kernel = (int)size.Kernel, InputKernel = 1, Block = (int)size.Time },
            new WaveNetData((int)size.Levels));
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        long[] levels = [.. Enumerable.Range(0, (int)size.Time + 1).Select(i => i * 7919L % size.Levels)];
        var batch = new AudioBatch(levels[..^1], levels[1..], 1, (int)size.Time, null, null, 0, 0);
        using var peer = Workload.Create("wavenet", ModelSize.Full);
        var (ours, others) = (new List<double>(), new List<double>());
        for (var run = -2; run < runs; run++)
        {
            var (own, other) = (Seconds(() => Step(model, optimizer, batch)), Seconds(peer.Step));
            if (run >= 0)
            {
                ours.Add(own);
                others.Add(other);
            }
        }

        return PairedRatio.Of(ours, others);
    }

    private static void Step(WaveNet model, optim.Optimizer optimizer, AudioBatch batch)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var (loss, targets) = model.SummedLoss(batch);
        (loss / (double)targets).backward();
        optimizer.step();
    }

    private static double Seconds(Action step)
    {
        var start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
