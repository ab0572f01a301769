using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Standin.Reminders;

/// <summary>Keeps a timer for each row of the reminder table and calls the grains (LocalReminderService.cs).</summary>
internal sealed class ReminderService(
    IServiceProvider services,
    IGrainFactory grains,
    TimeProvider time,
    IOptions<ReminderOptions> options,
    ILogger<ReminderService> logger)
{
    private readonly Dictionary<(GrainId, string), RunningReminder> running = [];
    private ITimer? refresh;
    private long changes;
    private bool isStopped = true;

    private IReminderTable Table => services.GetService<IReminderTable>() ?? throw new OrleansConfigurationException(
        "The reminder service has not been configured: call ISiloBuilder.UseInMemoryReminderService(), or register an IReminderTable.");

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe("Reminder table", ServiceLifecycleStage.RuntimeGrainServices, Table.StartAsync, Table.StopAsync);
        lifecycle.Subscribe("Reminders", ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    public async Task<IGrainReminder> RegisterAsync(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        CheckTimes(name, dueTime, period);
        var row = new ReminderEntry
        {
            GrainId = grain,
            ReminderName = name,
            StartAt = time.GetUtcNow().UtcDateTime + dueTime,
            Period = period,
        };
        row.ETag = await Table.UpsertRow(row) ?? throw new ReminderException(
            $"Could not register reminder {row} to reminder table due to a race. Please try again later.");
        Change(() => Run(row));
        return new Reminder(grain, name, row.ETag);
    }

    public async Task UnregisterAsync(IGrainReminder handle)
    {
        var reminder = (Reminder)handle;
        bool isRemoved = await Table.RemoveRow(reminder.GrainId, reminder.ReminderName, reminder.ETag)
            || await Table.ReadRow(reminder.GrainId, reminder.ReminderName) is null;
        if (!isRemoved)
        {
            throw new ReminderException(
                $"Could not unregister reminder {reminder} from the reminder table, due to tag mismatch. You can retry.");
        }

        Change(() => End((reminder.GrainId, reminder.ReminderName)));
    }

    public async Task<IGrainReminder?> GetAsync(GrainId grain, string name) =>
        await Table.ReadRow(grain, name) is { } row ? HandleOf(row) : null;

    public async Task<List<IGrainReminder>> GetAllAsync(GrainId grain) =>
        [.. (await Table.ReadRows(grain)).Reminders.Select(HandleOf)];

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        lock (running)
        {
            isStopped = false;
        }

        await ReadTableAsync();
        TimeSpan period = options.Value.RefreshReminderListPeriod;
        refresh = time.CreateTimer(_ => ReadTableAsync().ContinueWith(
            task => logger.LogWarning(task.Exception, "Exception while reading reminders"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default), null, period, period);
    }

    private Task StopAsync(CancellationToken cancellationToken)
    {
        refresh?.Dispose();
        lock (running)
        {
            isStopped = true;
            foreach (RunningReminder reminder in running.Values)
            {
                reminder.Dispose();
            }

            running.Clear();
        }

        return Task.CompletedTask;
    }

    private async Task ReadTableAsync()
    {
        long before;
        do
        {
            before = Interlocked.Read(ref changes);
        }
        while (!TryTake(await Table.ReadRows(0, 0), before));
    }

    // What was read while a reminder was set or ended is out of date: it would bring back one that has gone.
    private bool TryTake(ReminderTableData table, long before)
    {
        lock (running)
        {
            if (changes != before)
            {
                return false;
            }

            foreach ((GrainId, string) key in running.Keys.Except(table.Reminders.Select(row => (row.GrainId, row.ReminderName))).ToArray())
            {
                End(key);
            }

            foreach (ReminderEntry row in table.Reminders)
            {
                Run(row);
            }

            return true;
        }
    }

    private void Change(Action change)
    {
        lock (running)
        {
            changes++;
            change();
        }
    }

    private void Run(ReminderEntry row)
    {
        lock (running)
        {
            (GrainId, string) key = (row.GrainId, row.ReminderName);
            if (isStopped || (running.TryGetValue(key, out RunningReminder? current) && current.ETag == row.ETag))
            {
                return;
            }

            End(key);
            running[key] = new RunningReminder(row, grains, time, logger);
        }
    }

    private void End((GrainId, string) key)
    {
        lock (running)
        {
            if (running.Remove(key, out RunningReminder? reminder))
            {
                reminder.Dispose();
            }
        }
    }

    private void CheckTimes(string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        TimeSpan minimum = options.Value.MinimumReminderPeriod;
        if (period < minimum)
        {
            throw new ArgumentException($"Cannot register reminder {name} as requested period ({period}) is less than minimum"
                + $" allowed reminder period ({minimum})");
        }
    }

    private static IGrainReminder HandleOf(ReminderEntry row) => new Reminder(row.GrainId, row.ReminderName, row.ETag ?? "");
}
