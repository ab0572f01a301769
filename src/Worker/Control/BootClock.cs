using System.Runtime.InteropServices;

namespace SeqCluster.Worker.Control;

/// <summary>A clock that goes on while the machine is suspended: a worker that slept must not believe that it heard of the silo just now.</summary>
internal sealed partial class BootClock : TimeProvider
{
    private const int BootTime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc/>
    public override long TimestampFrequency => NanosecondsPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => GetTime(BootTime, out var now) == 0
        ? (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds
        : throw new InvalidOperationException($"the clock of the time since boot cannot be read: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpecification
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
