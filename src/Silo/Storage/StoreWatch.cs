using System.Diagnostics.Metrics;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Storage;
using SeqCluster.Grains.Jobs;
using SeqCluster.Silo.Telemetry;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// Tells people of the store's trouble: the log once, the meters, and, when it is over, every unfinished job in an event, which also
/// wakes it. Stops a silo whose store is gone. Writes nothing else, and decides nothing about jobs.
/// </summary>
internal sealed partial class StoreWatch : BackgroundService
{
    /// <summary>Between two lines about a slow disk.</summary>
    private static readonly TimeSpan SlowPeriod = TimeSpan.FromMinutes(1);

    private readonly StoreCondition condition;
    private readonly IReminderTable reminders;
    private readonly IJobEvents events;
    private readonly IGrainFactory grains;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider time;
    private readonly ILogger<StoreWatch> logger;
    private long? slowToldAt;

    public StoreWatch(
        StoreCondition condition, IReminderTable reminders, IJobEvents events, IGrainFactory grains, IHostApplicationLifetime lifetime,
        IMeterFactory meters, TimeProvider time, ILogger<StoreWatch> logger)
    {
        (this.condition, this.reminders, this.events, this.grains) = (condition, reminders, events, grains);
        (this.lifetime, this.time, this.logger) = (lifetime, time, logger);
        meters.Create(SiloMeters.Name).CreateObservableGauge(
            "seqcluster.store.writable", () => condition.Fault is null ? 1 : 0, "{store}", "1 while the store takes writes, else 0.");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        StoreFault? told = null;
        while (true)
        {
            var change = condition.Changed;
            var fault = condition.Fault;
            TellSlow();
            if (fault is { Kind: StoreFaultKind.Gone })
            {
                LogGone(logger, fault.Text);
                lifetime.StopApplication();
                return;
            }

            if (fault is not null && told is null)
            {
                LogUnwritable(logger, fault.Text);
                told = fault;
            }
            else if (fault is null && told is not null && await TryTell(told))
            {
                told = null;
            }

            await change.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void TellSlow()
    {
        if (slowToldAt is null || time.GetElapsedTime(slowToldAt.Value) >= SlowPeriod)
        {
            var slowest = condition.TakeSlowest();
            if (slowest > TimeSpan.Zero)
            {
                slowToldAt = time.GetTimestamp();
                LogSlow(logger, condition.Path, slowest.TotalSeconds);
            }
        }
    }

    // A job has a reminder until nothing can happen to it any more.
    private async Task<bool> TryTell(StoreFault past)
    {
        var now = time.GetUtcNow();
        LogWritable(logger, past.Path, (now - past.Since).TotalSeconds);
        try
        {
            var rows = await reminders.ReadRows(0, 0);
            foreach (var entry in rows.Reminders.Where(static entry => entry.ReminderName == JobGrain.PollReminder))
            {
                var jobId = entry.GrainId.Key.ToString()!;
                await events.Append(jobId, [Event(past, now)]);
                await grains.GetGrain<IJobGrain>(jobId).Wake();
            }

            return true;
        }
        catch (StoreUnavailableException)
        {
            // Once more, when the store is back again.
            return false;
        }
    }

    private static JobEventDraft Event(StoreFault past, DateTimeOffset now) => new(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"store/{past.Since.UtcTicks}"),
        now,
        "store.unwritable",
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"the silo's store could not be written from {past.Since:HH:mm:ss} to {now:HH:mm:ss} UTC ({past.Detail}): nothing that was stored is lost, and workers kept what they could not report"));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}")]
    private static partial void LogUnwritable(ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Fault}")]
    private static partial void LogGone(ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: the store can be written again, after {Seconds:0.#} s")]
    private static partial void LogWritable(ILogger logger, string path, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: a write of the store took {Seconds:0.#} s: its disk is slow, or another program has locked the store; what the silo stores waits for it")]
    private static partial void LogSlow(ILogger logger, string path, double seconds);
}
