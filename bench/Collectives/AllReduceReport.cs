using System.Globalization;
using System.Text;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Collectives;

/// <summary>The comparison as tables and as the kept document. It never measures.</summary>
internal sealed class AllReduceReport(int rounds, double loadBefore)
{
    /// <summary>Which of ours is to be faster than which peer.</summary>
    private static readonly (string Ours, string Peer)[] Pairs =
        [("in-place", "gloo"), ("in-place", "mpi-shm"), ("copying", "gloo"), ("tcp", "gloo"), ("tcp", "mpi-tcp")];

    private readonly StringBuilder tables = new();
    private readonly List<string> skipped = [];

    /// <summary>An engine that could not be run, with the reason.</summary>
    public void Skip(string reason)
    {
        if (!skipped.Contains(reason))
            skipped.Add(reason);
    }

    /// <summary>Adds what one number of processes came to.</summary>
    /// <param name="workers">Processes of each engine.</param>
    /// <param name="engines">The engines.</param>
    /// <param name="samples">[engine][size][round], microseconds.</param>
    public void Add(int workers, IReadOnlyList<AllReduceEngine> engines, double[][][] samples)
    {
        var names = engines.Select(engine => engine.Name).ToList();
        tables.AppendLine(CultureInfo.InvariantCulture, $"## {workers} processes").AppendLine();
        tables.AppendLine("Median microseconds of a call:").AppendLine();
        Row("size", names);
        Row("---", names.Select(_ => "---"));
        for (var size = 0; size < AllReduceBench.Bytes.Length; size++)
            Row(Name(size), samples.Select(engine => Number(Median.Of(engine[size]))));
        var pairs = Pairs.Where(pair => names.Contains(pair.Ours) && names.Contains(pair.Peer)).ToList();
        if (pairs.Count == 0)
            return;
        tables.AppendLine().AppendLine("How many times faster than the peer (median of the rounds' ratios; lowest–highest):").AppendLine();
        Row("size", pairs.Select(pair => $"{pair.Ours} / {pair.Peer}"));
        Row("---", pairs.Select(_ => "---"));
        for (var size = 0; size < AllReduceBench.Bytes.Length; size++)
            Row(Name(size), pairs.Select(pair => Faster(samples[names.IndexOf(pair.Ours)][size], samples[names.IndexOf(pair.Peer)][size])));
        tables.AppendLine();
    }

    /// <summary>The tables alone.</summary>
    public string Tables() => tables.ToString() + string.Concat(skipped.Select(reason => $"left out: {reason}\n"));

    /// <summary>The document kept under <c>bench/results</c>.</summary>
    public string Markdown(double loadAfter) => $"""
        # All-reduce beside Gloo and Open MPI

        float32 sum, {rounds} alternating rounds, processes pinned round-robin; the slowest process's median counts. Made by
        `seqcluster bench all-reduce`. {Machine.Describe()}. Load average {Number(loadBefore)} before, {Number(loadAfter)} after: what others
        compute meanwhile is in these figures, so only ratios mean anything, and only on a quiet machine much.

        In place: the gradient is rewritten before every call (untimed), as backward does, in the segment where it is summed.
        Copying: from and to an array outside the segment (timed). Gloo is python3-torch's, Open MPI the distribution's (pml ob1).

        {Tables().TrimEnd()}

        """;

    private static string Name(int size) => string.Create(CultureInfo.InvariantCulture, $"{AllReduceBench.Bytes[size] / 1024:N0} KB");

    private static string Faster(double[] ours, double[] peer)
    {
        var ratio = PairedRatio.Of(peer, ours);
        return string.Create(CultureInfo.InvariantCulture, $"{ratio.Ratio:0.00}× ({ratio.Lowest:0.00}–{ratio.Highest:0.00})");
    }

    private static string Number(double value) => value.ToString("#,0.0", CultureInfo.InvariantCulture);

    private void Row(string first, IEnumerable<string> cells) => tables.AppendLine($"| {first} | {string.Join(" | ", cells)} |");
}
