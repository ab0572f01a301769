using System.Globalization;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Recovery;

/// <summary>What the benchmark says in the end.</summary>
internal static class RecoveryReport
{
    /// <summary>The report that is kept.</summary>
    public static string Markdown(IReadOnlyList<Kill> kills, IReadOnlyList<PeerTimes> peers, double loadBefore) => string.Create(CultureInfo.InvariantCulture, $"""
        # Losing a worker

        Machine: {Machine.Describe()}.
        Load average before {loadBefore:0.00}, after {Machine.Load():0.00}.

        One of W worker processes of one machine ends by SIGKILL. Recovery: from the signal until every member of the new generation had
        completed an update. Beyond a step: that, less the new generation's median step; the goal is 0.5 s. Joining: what the members
        waited when the successor came in, beyond a median step; the goal is 0.2 s and the transfer of the state. The silo was up. No other
        process was restarted, no step was lost or done twice, and weights and state in the end were those of one worker that nobody
        disturbed: the benchmark fails otherwise. {RecoveryJob.Words}.

        | W | losses | recovery, median | maximum | step, median | beyond a step, median | maximum | joining, median | maximum | of it transfer |
        |---|---|---|---|---|---|---|---|---|---|
        {string.Join('\n', kills.GroupBy(static kill => kill.Workers).Select(static group => Row($"{group.Key}", [.. group])))}
        {Row("all", kills)}

        By the phase in which it died, beyond a step:

        | phase | losses | median | maximum |
        |---|---|---|---|
        {string.Join('\n', kills.GroupBy(static kill => kill.Where).Select(static group => string.Create(CultureInfo.InvariantCulture, $"| {group.Key} | {group.Count()} | {Median.Of(group.Select(Beyond)):0.000} s | {group.Max(Beyond):0.000} s |")))}

        {PeerWords(peers)}
        Again: `./seqcluster bench recovery`.

        """);

    /// <summary>The same for programs, in seconds.</summary>
    public static object Json(IReadOnlyList<Kill> kills, IReadOnlyList<PeerTimes> peers) => new
    {
        losses = kills.Count,
        recovery_median_seconds = Median.Of(kills.Select(static kill => kill.RecoverySeconds)),
        recovery_maximum_seconds = kills.Max(static kill => kill.RecoverySeconds),
        beyond_a_step_median_seconds = Median.Of(kills.Select(Beyond)),
        beyond_a_step_maximum_seconds = kills.Max(Beyond),
        joining_median_seconds = Median.Of(Joinings(kills).Select(static one => one.PauseSeconds)),
        joining_maximum_seconds = Joinings(kills).Max(static one => one.PauseSeconds),
        torchrun = peers.Select(static peer => new { monitor_interval_seconds = peer.MonitorIntervalSeconds, median_seconds = Median.Of(peer.Seconds), maximum_seconds = peer.Seconds.Max() }),
    };

    private static double Beyond(Kill kill) => kill.RecoverySeconds - kill.StepSeconds;

    private static IReadOnlyList<Joining> Joinings(IEnumerable<Kill> kills) => [.. kills.Select(static kill => kill.Joining)];

    private static string Row(string name, IReadOnlyList<Kill> kills) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {kills.Count} | {Median.Of(kills.Select(static kill => kill.RecoverySeconds)):0.000} s | {kills.Max(static kill => kill.RecoverySeconds):0.000} s | {Median.Of(kills.Select(static kill => kill.StepSeconds)):0.000} s | {Median.Of(kills.Select(Beyond)):0.000} s | {kills.Max(Beyond):0.000} s | {Median.Of(Joinings(kills).Select(static one => one.PauseSeconds)):0.000} s | {Joinings(kills).Max(static one => one.PauseSeconds):0.000} s | {Median.Of(Joinings(kills).Select(static one => one.TransferSeconds)):0.000} s |");

    private static string PeerWords(IReadOnlyList<PeerTimes> peers) => peers.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        Beside it torchrun (python3-torch, Gloo, two processes, a Transformer of the same size, a checkpoint every 20 steps): SIGKILL of one
        process until both had done another step. It restarts both, and goes on from the checkpoint.

        | | losses | median | maximum |
        |---|---|---|---|
        {string.Join('\n', peers.Select(static peer => string.Create(CultureInfo.InvariantCulture, $"| {peer.Name} | {peer.Seconds.Count} | {Median.Of(peer.Seconds):0.00} s | {peer.Seconds.Max():0.00} s |")))}

        """);
}

/// <summary>torchrun's times.</summary>
/// <param name="MonitorIntervalSeconds">null: its default.</param>
/// <param name="Seconds">For each loss.</param>
internal sealed record PeerTimes(double? MonitorIntervalSeconds, IReadOnlyList<double> Seconds)
{
    /// <summary>For people.</summary>
    public string Name => MonitorIntervalSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"`--monitor_interval {seconds}`") : "default monitor interval";
}
