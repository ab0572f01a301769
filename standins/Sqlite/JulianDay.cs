namespace Microsoft.Data.Sqlite;

/// <summary>Dates as REAL: days since noon of 24 November 4714 BC, to the millisecond (https://www.sqlite.org/lang_datefunc.html).</summary>
internal static class JulianDay
{
    private const double MillisecondsPerDay = 86_400_000;

    // 1721425.5 days: midnight that starts 1 January of the year 1, where DateTime counts from.
    private const long EpochMilliseconds = 148_731_163_200_000;

    // The last millisecond of the year 9999.
    private const long MaxMilliseconds = 315_537_897_599_999;

    internal static double FromDateTime(DateTime value)
        => (EpochMilliseconds + Milliseconds(value.Ticks, value.Second, value.Millisecond)) / MillisecondsPerDay;

    internal static double FromTimeOfDay(TimeOnly value)
        => Milliseconds(value.Ticks, value.Second, value.Millisecond) / MillisecondsPerDay;

    /// <exception cref="ArgumentOutOfRangeException">The day is outside the years 1 to 9999.</exception>
    internal static DateTime ToDateTime(double value)
    {
        // The conversion saturates, so that infinities and NaN end outside the range too.
        var milliseconds = (long)((value * MillisecondsPerDay) + 0.5) - EpochMilliseconds;
        return milliseconds is >= 0 and <= MaxMilliseconds
            ? new DateTime(milliseconds * TimeSpan.TicksPerMillisecond)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The Julian day is outside the years 1 to 9999.");
    }

    /// <summary>Rounds the seconds as the original and SQLite do, which may lose a millisecond: the stored bits are the same.</summary>
    private static long Milliseconds(long ticks, int second, int millisecond)
    {
        const long millisecondsPerMinute = 60_000;
        var wholeMinutes = ticks / TimeSpan.TicksPerMinute * millisecondsPerMinute;
        return wholeMinutes + (long)((second + (millisecond / 1000.0)) * 1000);
    }
}
