using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

/// <summary>Reminders, on a clock that the tests move, over a table of the application's own.</summary>
public sealed class ReminderTests(ReminderTests.RemindingSilo silo) : IClassFixture<ReminderTests.RemindingSilo>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly string key = Guid.NewGuid().ToString();

    public sealed class RemindingSilo : SiloFixture
    {
        internal FakeTime Time { get; } = new();

        internal KeptReminders Table { get; } = new();

        internal void ConfigureLike(ISiloBuilder silo) => silo
            .AddReminders()
            .ConfigureServices(services => services.AddSingleton<TimeProvider>(Time).AddSingleton<IReminderTable>(Table))
            .Configure<ReminderOptions>(options => options.RefreshReminderListPeriod = TimeSpan.FromMinutes(5));

        protected override void Configure(ISiloBuilder silo) => ConfigureLike(silo);
    }

    private IReminderGrain Grain => silo.Grains.GetGrain<IReminderGrain>(key);

    private Probe Ticks => Probe.Of(key);

    [Fact]
    public async Task Reminder_TicksWhenTheGrainIsNotActive()
    {
        await Grain.StartAsync("wake", Minute, 2 * Minute);
        silo.Time.Advance(Minute);
        Assert.Equal("wake 0 of 2", await Ticks.NextAsync("the first tick"));
        await Grain.EndAsync();
        Assert.Equal("deactivated", await Ticks.NextAsync("the grain ends"));
        await TickAfterAsync(2 * Minute, "wake 2 of 2");
        Assert.True(await Grain.StopAsync("wake"));
        Assert.False(await Grain.StopAsync("wake"));
        silo.Time.Advance(5 * Minute);
        Assert.Empty(await Grain.NamesAsync());
        Assert.True(Ticks.IsSilent);
    }

    [Fact]
    public async Task Reminder_OfTheSameName_IsReplaced()
    {
        await Grain.StartAsync("a", Minute, Minute);
        await Grain.StartAsync("a", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        await Grain.StartAsync("b", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        Assert.Equal(["a", "b"], await Grain.NamesAsync());
        silo.Time.Advance(2 * Minute);
        Assert.Equal(["a", "b"], await Grain.NamesAsync());
        Assert.True(Ticks.IsSilent);
        Assert.True(await Grain.StopAsync("a") && await Grain.StopAsync("b"));
    }

    [Fact]
    public async Task Reminder_ShorterThanAMinute_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Grain.StartAsync("r", Minute, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain.StartAsync("r", TimeSpan.FromSeconds(-1), Minute));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain.StartAsync(" ", Minute, Minute));
        Assert.Equal(Minute, new ReminderOptions().MinimumReminderPeriod);
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
        await kept.Grains.GetGrain<IReminderGrain>(key).StartAsync("wake", Minute, Minute);
        await kept.DisposeAsync();
        await Ticks.NextAsync("the grain ends");
        kept.Time.Advance(TimeSpan.FromSeconds(150));

        using IHost next = SiloFixture.Build(kept.ConfigureLike);
        await next.StartAsync().Within("the silo starts");
        await Waiting.UntilAsync(
            async () =>
            {
                kept.Time.Advance(TimeSpan.FromSeconds(5));
                await next.Services.GetRequiredService<IGrainFactory>().GetGrain<IReminderGrain>(key).NamesAsync();
                return !Ticks.IsSilent;
            },
            "the reminder ticks in the next silo");
        Assert.StartsWith("wake ", await Ticks.NextAsync("the tick"), StringComparison.Ordinal);
        await next.StopAsync().Within("the silo stops");
        Assert.True(kept.Table.Starts >= 2 && kept.Table.Stops >= 2);
    }

    [Fact]
    public async Task ReminderInMemory_Ticks()
    {
        var time = new FakeTime();
        using IHost host = SiloFixture.Build(other => other
            .UseInMemoryReminderService()
            .ConfigureServices(services => services.AddSingleton<TimeProvider>(time)));
        await host.StartAsync().Within("the silo starts");
        IReminderGrain grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IReminderGrain>(key);
        await grain.StartAsync("wake", Minute, Minute);
        Assert.Equal(["wake"], await grain.NamesAsync());
        time.Advance(Minute);
        Assert.Equal("wake 0 of 1", await Ticks.NextAsync("the tick"));
        Assert.True(await grain.StopAsync("wake"));
        await host.StopAsync().Within("the silo stops");
    }

    private async Task TickAfterAsync(TimeSpan time, string tick)
    {
        // The reminder sets its timer after the last tick was answered: a call to its grain comes back after that.
        await Waiting.UntilAsync(
            () =>
            {
                silo.Time.Advance(time / 120);
                return Task.FromResult(!Ticks.IsSilent);
            },
            tick);
        Assert.Equal(tick, await Ticks.NextAsync(tick));
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
