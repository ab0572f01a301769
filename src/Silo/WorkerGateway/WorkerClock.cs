using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// Times that a worker wrote by a clock of its own. They are for people only; nothing is decided by them. One that cannot be
/// right, because the line is here already or would have been under way for too long, becomes the time of its arrival.
/// </summary>
internal static class WorkerClock
{
    /// <summary>Clocks that are kept by NTP differ by less.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(1);

    /// <summary>A line may have waited so long for a silo that was away.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromMinutes(10);

    /// <summary>The line's time as it is kept.</summary>
    /// <param name="line">As it came, its time in the range that <see cref="FrameChecks"/> lets through.</param>
    /// <param name="now">By the silo's clock.</param>
    public static DateTimeOffset TimeOf(WorkerLogLine line, DateTimeOffset now) => IsPlausible(Said(line), now) ? Said(line) : now;

    /// <summary>How far the worker's clock is ahead of the silo's, as the first implausible line tells; zero when all are plausible.</summary>
    public static TimeSpan SkewOf(IReadOnlyList<WorkerLogLine> lines, DateTimeOffset now) =>
        lines.Select(Said).Where(said => !IsPlausible(said, now)).Select(said => said - now).FirstOrDefault();

    private static DateTimeOffset Said(WorkerLogLine line) => DateTimeOffset.FromUnixTimeMilliseconds(line.UnixMs);

    private static bool IsPlausible(DateTimeOffset said, DateTimeOffset now) => said <= now + Ahead && said >= now - Behind;
}
