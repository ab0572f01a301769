using System.Globalization;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Collectives;

/// <summary>
/// All-reduce of float32 between processes of one host, beside Gloo and Open MPI, in one alternating run: for every round and
/// size each engine's processes, pinned round-robin to the cores and asleep in between, time the same number of calls. A ratio
/// is formed within a round, so that a drift of the machine touches both sides alike.
/// </summary>
internal static class AllReduceBench
{
    /// <summary>The sizes of the comparison, in bytes.</summary>
    public static readonly int[] Bytes = [4 << 10, 64 << 10, 1 << 20, 16 << 20, 100 << 20];

    private const string ReportName = "all-reduce.md";
    private const int BytesPerMeasurement = 60_000_000;
    private const int FewestCalls = 4;
    private const int MostCalls = 300;

    /// <summary>Measures, prints the tables and, when every engine took part, keeps them in <c>bench/results</c>.</summary>
    public static int Compare(IReadOnlyList<int> workerCounts, IReadOnlyList<string> engineNames, int rounds)
    {
        var report = new AllReduceReport(rounds, Machine.Load());
        foreach (var workers in workerCounts)
        {
            var engines = AllReduceEngine.Start(engineNames, workers, report.Skip);
            report.Add(workers, engines, Measure(engines, rounds));
            foreach (var engine in engines)
                engine.Dispose();
        }
        Console.WriteLine(report.Tables());
        var path = Repository.ResultPath(ReportName);
        if (engineNames.Count == AllReduceEngine.Names.Count)
        {
            File.WriteAllText(path, report.Markdown(Machine.Load()));
            Console.WriteLine($"kept in {path}");
        }
        return 0;
    }

    // [engine][size][round], microseconds
    private static double[][][] Measure(IReadOnlyList<AllReduceEngine> engines, int rounds)
    {
        var samples = engines.Select(_ => Bytes.Select(_ => new double[rounds]).ToArray()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var size = 0; size < Bytes.Length; size++)
            {
                var calls = Math.Clamp(BytesPerMeasurement / Bytes[size], FewestCalls, MostCalls);
                for (var engine = 0; engine < engines.Count; engine++)
                    samples[engine][size][round] = engines[engine].Time(string.Create(CultureInfo.InvariantCulture, $"{size} {Bytes[size]} {calls}"));
            }
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
        }
        return samples;
    }
}
