using System.CommandLine;
using System.Globalization;
using SeqCluster.Bench.Measurement;
using SeqCluster.Hosts.Tests;

namespace SeqCluster.Bench.ThreeHosts;

/// <summary>
/// <c>three-hosts</c>: a job on three machines that share nothing, over a fast and over a slow network, beside the same job on one
/// machine: the same weights, how fast, and where the time of a step goes. Machines are network namespaces of this one.
/// </summary>
public static class ThreeHostsCommand
{
    private const string ReportName = "three-hosts.md";

    public static Command Create()
    {
        var file = new Option<string>("--file") { Description = "The job file.", DefaultValueFactory = _ => "examples/char-lm.yaml" };
        var set = new Option<string[]>("--set") { Description = "Lay a value over the file.", DefaultValueFactory = _ => [] };
        var delay = new Option<int>("--delay-ms") { Description = "Of the slow network, one way, on each host's link.", DefaultValueFactory = _ => 20 };
        var rate = new Option<int>("--megabits") { Description = "Of the slow network, per second and direction.", DefaultValueFactory = _ => 100 };
        var command = new Command("three-hosts", "One job on three machines that share nothing, over a fast and a slow network, beside one machine. Needs root.\n\n"
            + "Example:\n  seqcluster bench three-hosts --set train.steps=100")
        {
            file, set, delay, rate,
        };
        command.SetAction((parsed, _) => RunAsync(
            Path.GetFullPath(parsed.GetRequiredValue(file)), parsed.GetRequiredValue(set), new LinkShape(parsed.GetValue(delay), parsed.GetValue(rate))));
        return command;
    }

    private static async Task<int> RunAsync(string file, IReadOnlyList<string> sets, LinkShape slow)
    {
        if (HostNetwork.Obstacle.Length > 0)
        {
            Console.Error.WriteLine(HostNetwork.Obstacle);
            return 2;
        }

        var loadBefore = Machine.Load();
        var one = await HostsRun.OneHostAsync(file, sets);
        Console.Error.WriteLine($"one machine: {one.WeightsSha256}");
        var fast = await HostsRun.RunAsync(file, sets, LinkShape.None);
        Console.Error.WriteLine($"three machines: {fast.WeightsSha256}");
        var far = await HostsRun.RunAsync(file, sets, slow);
        Console.Error.WriteLine($"three machines, slow network: {far.WeightsSha256}");
        var report = Markdown(Path.GetFileName(file), sets, slow, [("one machine, two workers", one), ("three machines", fast), ("three machines, slow network", far)], loadBefore);
        await File.WriteAllTextAsync(Repository.ResultPath(ReportName), report);
        Console.Out.Write(report);
        return fast.WeightsSha256 == one.WeightsSha256 && far.WeightsSha256 == one.WeightsSha256 ? 0 : 1;
    }

    private static string Markdown(string file, IReadOnlyList<string> sets, LinkShape slow, (string Name, HostsOutcome Run)[] runs, double loadBefore) => $"""
        # One job on three machines

        Machine: {Machine.Describe()}.
        Load average before {loadBefore:0.00}, after {Machine.Load():0.00}.

        `{file}`{string.Concat(sets.Select(static set => $" with `{set}`"))}: a silo on one host, a worker with one thread on each of two others. Hosts are network
        namespaces of this machine, each with a /dev/shm and a home of its own; the slow network adds {slow.DelayMs} ms one way and allows
        {slow.MegabitsPerSecond} Mbit/s each way on each host's link. Times are medians of rank 0's steps; exchange includes waiting for the other worker.

        | | weights_sha256 | tokens/s | data | forward | backward | exchange |
        |---|---|---|---|---|---|---|
        {string.Join('\n', runs.Select(static run => $"| {run.Name} | `{run.Run.WeightsSha256[..16]}…` | {run.Run.TokensPerSecond.ToString("N0", CultureInfo.InvariantCulture)} | {Phase(run.Run, "data_ms")} | {Phase(run.Run, "forward_ms")} | {Phase(run.Run, "backward_ms")} | {Phase(run.Run, "exchange_ms")} |"))}

        Again: `./seqcluster bench three-hosts`{(sets.Count == 0 ? "" : $", with {string.Join(" and ", sets.Select(static set => $"`--set {set}`"))}")}.

        """;

    private static string Phase(HostsOutcome run, string name) =>
        run.PhaseMs.TryGetValue(name, out var time) ? string.Create(CultureInfo.InvariantCulture, $"{time:0.0} ms") : "";
}
