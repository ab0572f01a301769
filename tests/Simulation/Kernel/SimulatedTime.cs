namespace SeqCluster.Simulation.Tests.Kernel;

/// <summary>The simulator's clock. Whoever wants to be woken asks the simulator.</summary>
internal sealed class SimulatedTime(Func<DateTimeOffset> now) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now();

    public override long GetTimestamp() => now().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("simulated code waits by the simulator");
}
