using System.Diagnostics;

namespace Microsoft.Data.Sqlite;

/// <summary>How long a command has waited for another connection's lock, against its CommandTimeout.</summary>
internal struct BusyWait(int timeoutSeconds)
{
    // The original's interval: a lock is polled, SQLite has no way to wake a waiter.
    private const int RetryIntervalMs = 150;

    private long startedAt;

    /// <summary>Sleeps before another try.</summary>
    /// <returns>False when the time is over; a timeout of 0 seconds never ends.</returns>
    internal bool Wait()
    {
        if (startedAt == 0)
        {
            startedAt = Stopwatch.GetTimestamp();
        }

        if (timeoutSeconds != 0 && Stopwatch.GetElapsedTime(startedAt) >= TimeSpan.FromSeconds(timeoutSeconds))
        {
            return false;
        }

        Thread.Sleep(RetryIntervalMs);
        return true;
    }
}
