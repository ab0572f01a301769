namespace Microsoft.Data.Sqlite;

/// <summary>Dates as REAL: days since noon of 24 November 4714 BC, to the millisecond (https://www.sqlite.org/lang_datefunc.html).</summary>
internal static class JulianDay
{
    private const double MillisecondsPerDay = 86_400_000;

    // 1721425.5 days: midnight that starts 1 January of the year 1, where DateTime counts from.
    private const long EpochMilliseconds = 148_731_163_200_000;

    internal static double FromDateTime(DateTime value)
        => (EpochMilliseconds + (value.Ticks / TimeSpan.TicksPerMillisecond)) / MillisecondsPerDay;

    internal static double FromTimeOfDay(TimeOnly value) => value.Ticks / TimeSpan.TicksPerMillisecond / MillisecondsPerDay;

    /// <exception cref="InvalidOperationException">The number is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The day is outside the years 1 to 9999.</exception>
    internal static DateTime ToDateTime(double value)
        => double.IsFinite(value)
            ? new DateTime(((long)((value * MillisecondsPerDay) + 0.5) - EpochMilliseconds) * TimeSpan.TicksPerMillisecond)
            : throw new InvalidOperationException(Messages.NonFiniteJulianDate);
}
