namespace SeqCluster.Silo.Security;

/// <summary>
/// Logs who was refused and why, never with what token. Who is refused again and again fills no disk: a few lines a minute
/// for each address, and in the next minute how many there were.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    /// <summary>Lines for one address in a minute.</summary>
    public const int LinesPerWindow = 5;

    private const int AddressesBound = 1_024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Count> counts = new(StringComparer.Ordinal);

    /// <summary>Somebody was refused.</summary>
    /// <param name="address">Where the request came from.</param>
    /// <param name="path">What was asked for.</param>
    /// <param name="reason">Why it was refused.</param>
    public void Refused(string address, string path, string reason)
    {
        int untold;
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (!counts.TryGetValue(address, out var count) || time.GetElapsedTime(count.Since, now) >= Window)
            {
                if (counts.Count >= AddressesBound)
                {
                    counts.Clear();
                }

                untold = Math.Max(0, (count?.Number ?? 0) - LinesPerWindow);
                count = new Count(now);
                counts[address] = count;
            }
            else
            {
                untold = 0;
            }

            if (++count.Number > LinesPerWindow)
            {
                return;
            }
        }

        LogRefused(logger, address, path.Length <= 200 ? path : path[..200], reason);
        if (untold > 0)
        {
            LogUntold(logger, address, untold);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} was refused {Path}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string address, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} was refused {Count} times more that were not logged")]
    private static partial void LogUntold(ILogger logger, string address, int count);

    private sealed class Count(long since)
    {
        public long Since { get; } = since;

        public int Number { get; set; }
    }
}
