using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Ledger;

/// <summary>The verb <c>bench ledger</c>: what ledger and metrics add to a step.</summary>
internal static class LedgerCommand
{
    private const string ReportFile = "ledger.md";

    public static Command Create()
    {
        var workers = new Option<int>("--workers") { Description = "Processes, one thread each.", DefaultValueFactory = static _ => 2 };
        var pairs = new Option<int>("--pairs") { Description = "Steps with and without, alternating.", DefaultValueFactory = static _ => 60 };
        var command = new Command(
            "ledger",
            "What ledger and metrics add to a step of the baselines' Transformer: steps with and without, alternating in the same processes.\n\nExample:\n  seqcluster bench ledger --pairs 60")
        {
            workers, pairs,
        };
        command.SetAction(parsed => Compare(parsed.GetValue(workers), parsed.GetValue(pairs)));
        return command;
    }

    private static int Compare(int workers, int pairs)
    {
        var load = Machine.Load();
        var members = Enumerable.Range(0, workers).Select(rank => Start(rank, workers, pairs)).ToList();
        var ports = string.Join(' ', members.Select(Hear));
        members.ForEach(member => member.StandardInput.WriteLine(ports));
        var times = members.Select(member => JsonSerializer.Deserialize<LedgerTimes>(Hear(member))!).ToList();
        members.ForEach(static member => member.WaitForExit());

        // A step lasts until the slowest member has it.
        double[] Slowest(Func<LedgerTimes, double[]> of) => [.. Enumerable.Range(0, pairs).Select(pair => times.Max(member => of(member)[pair]))];
        var ratio = PairedRatio.Of(Slowest(static member => member.With), Slowest(static member => member.Without));
        var alone = Median.Of(Slowest(static member => member.Alone));
        var report = string.Create(CultureInfo.InvariantCulture, $"""
            # What ledger and metrics add to a step

            The Transformer of the baselines in {workers} processes of one thread each, gradients summed over shared memory; every other step with digest,
            exchange of reports, entry and frame. {Machine.Describe()}; load {load:0.0} at the start.

            | | ms |
            |---|---|
            | step without, median | {ratio.Peer:0.00} |
            | step with, median | {ratio.Ours:0.00} |
            | ratio of neighbouring steps, median of {pairs} | {ratio.Ratio:0.0000} |
            | what was added, measured by itself (waiting for the others included), median | {alone:0.000} |
            | the same, part of a step | {100 * alone / ratio.Peer:0.000} % |

            Again: `./seqcluster bench ledger`.

            """);
        File.WriteAllText(Repository.ResultPath(ReportFile), report);
        Console.WriteLine(report);
        return 0;
    }

    private static Process Start(int rank, int workers, int pairs)
    {
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>();
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. host, "ledger", "member", $"{rank}", $"{workers}", $"{pairs}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    private static string Hear(Process process) =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"process {process.Id} ended without a word");
}
