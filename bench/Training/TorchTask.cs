using System.Diagnostics;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Training;

/// <summary>
/// Our half of the comparison: one task in this process, on this thread. The peer's half is <c>python/run.py</c>; the two
/// print the same JSON.
/// </summary>
public static class TorchTask
{
    /// <summary>Every task, the models' steps first.</summary>
    public static readonly IReadOnlyList<string> Names = [.. Workload.Names, Add, Adam, Start, Hash];

    internal const string Add = "add";
    internal const string Adam = "adam";
    internal const string Start = "start";
    internal const string Hash = "hash";

    private const int AddsPerSample = 20_000;

    /// <summary>Runs one task and returns what it found; times are in seconds, one for each of <paramref name="steps"/>.</summary>
    public static TaskReport Run(string task, ModelSize size, int warmUp, int steps)
    {
        NumericalSettings.Apply();
        switch (task)
        {
            case Start:
                ones(1).add(ones(1)).Dispose();
                return new TaskReport();
            case Hash:
                return Described(new TaskReport { Models = [.. Workload.Names.Select(name => ModelHashes.Of(name, size))] });
            case Add:
                return Described(new TaskReport { Seconds = Adds(warmUp, steps) });
            case Adam:
                using (var transformer = Workload.Create("transformer", size))
                {
                    transformer.Backward();
                    return Described(new TaskReport { Seconds = Times(transformer.Update, warmUp, steps) });
                }

            default:
                using (var workload = Workload.Create(task, size))
                {
                    return Described(new TaskReport { Seconds = Times(workload.Step, warmUp, steps) });
                }
        }
    }

    private static double[] Adds(int warmUp, int steps)
    {
        using var left = ones(1);
        using var right = ones(1);
        void Sample()
        {
            for (var i = 0; i < AddsPerSample; i++)
            {
                left.add(right).Dispose();
            }
        }

        return [.. Times(Sample, warmUp, steps).Select(seconds => seconds / AddsPerSample)];
    }

    private static double[] Times(Action action, int warmUp, int steps)
    {
        for (var i = 0; i < warmUp; i++)
        {
            action();
        }

        var seconds = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return seconds;
    }

    private static TaskReport Described(TaskReport report) =>
        report with { Version = NumericalSettings.Version, Libraries = NumericalSettings.LoadedLibraries() };
}
