using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Standin.Reminders;

/// <summary>A reminder with its timer: ticks at <c>StartAt + n × Period</c>, those that were missed are left out.</summary>
internal sealed partial class RunningReminder : IDisposable
{
    /// <summary>Timers cannot wait for longer than 49 days; a long wait is cut into pieces.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ReminderEntry row;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private DateTime next;
    private volatile bool isDisposed;

    public RunningReminder(ReminderEntry row, IGrainFactory grains, TimeProvider time, ILogger logger)
    {
        this.row = row;
        this.grains = grains;
        this.time = time;
        this.logger = logger;
        DateTime now = time.GetUtcNow().UtcDateTime;
        next = row.StartAt >= now ? row.StartAt : TickAtOrAfter(now);
        using (ExecutionContext.SuppressFlow())
        {
            timer = time.CreateTimer(
                static self => _ = ((RunningReminder)self!).ElapsedAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Arm(now);
    }

    public string? ETag => row.ETag;

    public void Dispose()
    {
        isDisposed = true;
        timer.Dispose();
    }

    private DateTime TickAtOrAfter(DateTime moment)
    {
        if (row.Period <= TimeSpan.Zero)
        {
            return moment;
        }

        long periods = ((moment - row.StartAt).Ticks + row.Period.Ticks - 1) / row.Period.Ticks;
        return row.StartAt + (periods * row.Period);
    }

    private void Arm(DateTime now)
    {
        TimeSpan wait = next - now;
        wait = wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait < LongestWait ? wait : LongestWait;
        if (!isDisposed)
        {
            timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ElapsedAsync()
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (now >= next && !isDisposed)
        {
            try
            {
                await grains.GetGrain<IRemindable>(row.GrainId)
                    .ReceiveReminder(row.ReminderName, new TickStatus(row.StartAt, row.Period, now));
            }
            catch (Exception exception)
            {
                LogTickFailed(logger, exception, row.ReminderName, row.GrainId);
            }

            now = time.GetUtcNow().UtcDateTime;
            DateTime following = next + row.Period;
            next = following >= now ? following : TickAtOrAfter(now);
        }

        Arm(now);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not deliver reminder {Reminder} to {GrainId}")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, string reminder, GrainId grainId);
}
