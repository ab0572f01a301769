using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

/// <summary>Reminders of short periods on the machine's clock, over a table of the application's own.</summary>
public sealed class ReminderTests(ReminderTests.RemindingSilo silo) : IClassFixture<ReminderTests.RemindingSilo>
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly string key = Guid.NewGuid().ToString();

    public sealed class RemindingSilo : SiloFixture
    {
        internal KeptReminders Table { get; } = new();

        internal static void ConfigureTimes(ISiloBuilder silo) => silo.Configure<ReminderOptions>(options =>
        {
            options.MinimumReminderPeriod = Period;
            options.RefreshReminderListPeriod = TimeSpan.FromMilliseconds(200);
        });

        internal void ConfigureLike(ISiloBuilder silo) => ConfigureTimes(
            silo.AddReminders().ConfigureServices(services => services.AddSingleton<IReminderTable>(Table)));

        protected override void Configure(ISiloBuilder silo) => ConfigureLike(silo);
    }

    private IReminderGrain Grain => silo.Grains.GetGrain<IReminderGrain>(key);

    private Probe Ticks => Probe.Of(key);

    [Fact]
    public async Task Reminder_TicksWhenTheGrainIsNotActive()
    {
        await Grain.StartAsync("wake", Period, 2 * Period);
        Assert.Equal("wake due True every 200 ms", await Ticks.NextAsync("the first tick"));
        await Grain.EndAsync();
        while (await Ticks.NextAsync("the grain ends") != "deactivated")
        {
        }

        Assert.Equal("wake due True every 200 ms", await Ticks.NextAsync("a tick of a new activation"));
        Assert.True(await Grain.StopAsync("wake"));
        Assert.False(await Grain.StopAsync("wake"));
        Assert.Empty(await Grain.NamesAsync());

        // One tick may be under way.
        await SomePeriodsAsync();
        Ticks.Drain();
        await SomePeriodsAsync();
        Assert.True(Ticks.IsSilent);
    }

    [Fact]
    public async Task Reminder_OfTheSameName_IsReplaced()
    {
        await Grain.StartAsync("a", Hour, Hour);
        await Grain.StartAsync("b", Hour, Hour);
        await Grain.StartAsync("a", Period, Hour);
        Assert.Equal("a due True every 3600000 ms", await Ticks.NextAsync("the tick of the second a"));
        await Grain.StartAsync("b", Period, 2 * Hour);
        await Grain.StartAsync("b", Hour, Hour);
        Assert.Equal(["a", "b"], await Grain.NamesAsync());
        Ticks.Drain();
        await SomePeriodsAsync();
        Assert.True(Ticks.IsSilent);
        Assert.True(await Grain.StopAsync("a") && await Grain.StopAsync("b"));
    }

    [Fact]
    public async Task Reminder_ShorterThanTheMinimum_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Grain.StartAsync("r", Hour, Period - TimeSpan.FromMilliseconds(1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain.StartAsync("r", TimeSpan.FromSeconds(-1), Hour));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain.StartAsync(" ", Hour, Hour));
        Assert.Equal(TimeSpan.FromMinutes(1), new ReminderOptions().MinimumReminderPeriod);
    }

    [Fact]
    public async Task Reminder_ThatWasChangedMeanwhile_IsNotRemoved()
    {
        await Assert.ThrowsAsync<ReminderException>(() => Grain.StopWithAStaleHandleAsync("r"));
        Assert.True(await Grain.StopAsync("r"));
    }

    [Fact]
    public async Task Grain_ThatIsNotRemindable_HasNoReminders() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => silo.Grains.GetGrain<IForgetfulGrain>(key).StartAsync());

    [Fact]
    public async Task Reminder_InAKeptTable_SurvivesTheSilo()
    {
        var kept = new RemindingSilo();
        await kept.InitializeAsync();
        await kept.Grains.GetGrain<IReminderGrain>(key).StartAsync("wake", Period, Period);
        await kept.DisposeAsync();
        Ticks.Drain();

        using IHost next = SiloFixture.Build(kept.ConfigureLike);
        await next.StartAsync().Within("the silo starts");
        Assert.StartsWith("wake due True", await Ticks.NextAsync("the tick in the next silo"), StringComparison.Ordinal);
        await next.StopAsync().Within("the silo stops");
        Assert.True(kept.Table.Starts >= 2 && kept.Table.Stops >= 2);
    }

    [Fact]
    public async Task ReminderInMemory_Ticks()
    {
        using IHost host = SiloFixture.Build(other => RemindingSilo.ConfigureTimes(other.UseInMemoryReminderService()));
        await host.StartAsync().Within("the silo starts");
        IReminderGrain grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IReminderGrain>(key);
        await grain.StartAsync("wake", Period, Period);
        Assert.Equal(["wake"], await grain.NamesAsync());
        Assert.Equal("wake due True every 100 ms", await Ticks.NextAsync("the tick"));
        Assert.True(await grain.StopAsync("wake"));
        await host.StopAsync().Within("the silo stops");
    }

    // What must not happen is waited for by another grain's reminder.
    private async Task SomePeriodsAsync()
    {
        string other = Guid.NewGuid().ToString();
        IReminderGrain witness = silo.Grains.GetGrain<IReminderGrain>(other);
        await witness.StartAsync("witness", Period, Period);
        for (int number = 1; number <= 4; number++)
        {
            await Probe.Of(other).NextAsync("another grain's reminder ticks");
        }

        await witness.StopAsync("witness");
    }
}

/// <summary>A reminder table that outlives silos, as the application would write one over a database.</summary>
internal sealed class KeptReminders : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> rows = new();

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        Starts++;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        Stops++;
        return Task.CompletedTask;
    }

    public Task<ReminderTableData> ReadRows(GrainId grainId) =>
        Task.FromResult(new ReminderTableData(rows.Values.Where(row => row.GrainId == grainId).Select(Copy)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Task.FromResult(new ReminderTableData(rows.Values.Where(row =>
    {
        uint hash = row.GrainId.GetUniformHashCode();
        return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    }).Select(Copy)));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(rows.TryGetValue((grainId, reminderName), out ReminderEntry? row) ? Copy(row) : null);

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        ReminderEntry row = Copy(entry);
        row.ETag = Guid.NewGuid().ToString();
        rows[(row.GrainId, row.ReminderName)] = row;
        return Task.FromResult<string?>(row.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
        rows.TryGetValue((grainId, reminderName), out ReminderEntry? row) && row.ETag == eTag && rows.TryRemove((grainId, reminderName), out _));

    public Task TestOnlyClearTable()
    {
        rows.Clear();
        return Task.CompletedTask;
    }

    private static ReminderEntry Copy(ReminderEntry row) => new()
    {
        GrainId = row.GrainId,
        ReminderName = row.ReminderName,
        StartAt = row.StartAt,
        Period = row.Period,
        ETag = row.ETag,
    };
}
