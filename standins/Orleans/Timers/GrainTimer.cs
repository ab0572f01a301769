using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Calls;

namespace Orleans.Standin.Timers;

/// <summary>Sends its activation a piece of work at each tick; the next tick is set when that has run.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly CancellationTokenSource disposing = new();
    private readonly Activation activation;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private TimeSpan dueTime;
    private TimeSpan period;
    private bool isChanged;
    private bool isTicking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.activation = activation;
        this.callback = callback;
        this.options = options;
        logger = activation.Runtime.LoggerFor(typeof(GrainTimer));
        CheckTime(options.DueTime, nameof(options.DueTime));
        CheckTime(options.Period, nameof(options.Period));
        using (ExecutionContext.SuppressFlow())
        {
            timer = activation.Runtime.Time.CreateTimer(
                static self => ((GrainTimer)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        activation.Add(this);
        Change(options.DueTime, options.Period);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckTime(dueTime, nameof(dueTime));
        CheckTime(period, nameof(period));
        isChanged = true;
        this.dueTime = dueTime;
        this.period = period;
        if (!isTicking)
        {
            timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        disposing.Cancel();
        timer.Dispose();
        activation.Remove(this);
    }

    private void Tick()
    {
        isTicking = true;
        activation.TryReceive(new Call
        {
            Work = RunAsync,
            TargetId = activation.GrainId,
            SourceId = activation.GrainId,
            IsAlwaysInterleave = options.Interleave,
            IsKeepAlive = options.KeepAlive,
            IsLocal = true,
        });
    }

    private async ValueTask<object?> RunAsync(object grain)
    {
        if (disposing.IsCancellationRequested)
        {
            return null;
        }

        isChanged = false;
        try
        {
            await callback(disposing.Token);
        }
        catch (Exception exception)
        {
            LogTickFailed(logger, exception, activation.GrainId);
        }
        finally
        {
            isTicking = false;
            if (!disposing.IsCancellationRequested)
            {
                timer.Change(isChanged ? dueTime : period, Timeout.InfiniteTimeSpan);
            }
        }

        return null;
    }

    private static void CheckTime(TimeSpan time, string name)
    {
        long milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xfffffffe, name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Caught and ignored exception thrown from a timer callback of {GrainId}")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, GrainId grainId);
}
