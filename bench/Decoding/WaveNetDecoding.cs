using System.Diagnostics;
using System.Runtime.InteropServices;
using SeqCluster.Data.Audio;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Decoding;

/// <summary>
/// One second of 8 kHz sound from a WaveNet of 30 layers with 64 channels: queues against a pass over the receptive field for
/// each sample. The passes are measured at every 100th sample and stand for those between, because all of them take minutes.
/// </summary>
public static class WaveNetDecoding
{
    private const int Samples = 8_000;
    private const int Every = 100;
    private const double Bound = 100;

    /// <summary>Measures.</summary>
    /// <param name="runs">Of the cached generation.</param>
    public static DecodingRow Measure(int runs)
    {
        manual_seed(1);
        using var model = new WaveNet(new WaveNetSettings(), new WaveNetData(MuLaw.Levels));
        model.eval();
        var request = new SoundRequest { Count = Samples, Silence = MuLaw.Silence, Options = new DecodingOptions { Temperature = 1, Seed = 1 } };
        var generator = new SoundGenerator(model);
        generator.Generate(request with { Count = Every });
        var (cached, levels) = (new List<double>(), Array.Empty<int>());
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            levels = generator.Generate(request);
            cached.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        long[] inputs = [MuLaw.Silence, .. levels.Take(Samples - 1).Select(level => (long)level)];
        var (full, difference) = Recompute(model, inputs);
        return new DecodingRow("WaveNet, 30 layers of 64 channels: 1 s at 8 kHz", cached, full, $"every {Every}th of {Samples:N0} passes", difference, Bound);
    }

    private static (double Seconds, double Difference) Recompute(WaveNet model, long[] inputs)
    {
        var queues = new WaveNetQueues(model);
        var (seconds, difference) = (0.0, 0.0);
        using var withoutGraph = no_grad();
        for (var place = 0; place < inputs.Length; place++)
        {
            var expected = queues.Next((int)inputs[place]);
            if (place % Every != Every / 2)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            var window = inputs[(int)Math.Max(0, place + 1 - model.ReceptiveField)..(place + 1)];
            var output_1TP = model.Outputs(tensor(window, [1, window.Length], ScalarType.Int64));
            var output_P = output_1TP.select(1, window.Length - 1).contiguous();
            var values = MemoryMarshal.Cast<byte, float>(output_P.bytes);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds * Every;
            for (var i = 0; i < values.Length; i++)
            {
                difference = Math.Max(difference, Math.Abs(values[i] - expected[i]));
            }
        }

        return (seconds, difference);
    }
}
