using System.Diagnostics;

namespace SeqCluster.Collectives.Transport;

/// <summary>
/// How long to look for a peer's answer before sleeping. Members that have a core each spin, because an answer is usually
/// microseconds away; members that share cores yield theirs at once, because the answer may need that very core.
/// </summary>
internal sealed class SpinBudget(int workers)
{
    private const int LooksBetweenClocks = 64;
    private static readonly long BudgetTicks = Stopwatch.Frequency / 20_000; // 50 µs

    private readonly bool sharesCores = workers > Environment.ProcessorCount;

    /// <summary>Starts a wait.</summary>
    public Spinner Start() => new(sharesCores);

    /// <summary>One wait.</summary>
    public struct Spinner(bool sharesCores)
    {
        private long started;
        private int looks;

        /// <summary>Pauses for a moment; false when it is time to sleep.</summary>
        public bool Next()
        {
            if (sharesCores)
                Thread.Yield();
            else
                Thread.SpinWait(1);
            if (++looks % LooksBetweenClocks != 0 && !sharesCores)
                return true;
            var now = Stopwatch.GetTimestamp();
            if (started == 0)
                started = now;
            return now - started < BudgetTicks;
        }
    }
}
