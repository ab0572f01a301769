using System.Globalization;

namespace SeqCluster.Worker.ShardReading;

/// <summary>Tells how far a transfer is, at most every two seconds and once at its end.</summary>
internal sealed class FetchProgress(string what, long totalBytes, Action<string> say, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly long started = time.GetTimestamp();
    private long told = time.GetTimestamp();
    private long arrived;

    /// <summary>So many bytes more; fewer, when something was thrown away.</summary>
    public void Add(long bytes)
    {
        arrived += bytes;
        if (time.GetElapsedTime(told) >= Interval)
        {
            told = time.GetTimestamp();
            say(string.Create(CultureInfo.InvariantCulture, $"{what}: {arrived:#,0} of {totalBytes:#,0} bytes, {Percent} %, {Speed:0.0} MB/s"));
        }
    }

    public void End() => say(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {arrived:#,0} bytes in {time.GetElapsedTime(started).TotalSeconds:0.0} s"));

    private long Percent => totalBytes > 0 ? arrived * 100 / totalBytes : 100;

    private double Speed => arrived / 1e6 / Math.Max(1e-3, time.GetElapsedTime(started).TotalSeconds);
}
