using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;

namespace SeqCluster.OrleansConformance;

/// <summary>Timers of grains, on a clock that the tests move.</summary>
public sealed class TimerTests(TimerTests.ClockedSilo silo) : IClassFixture<TimerTests.ClockedSilo>
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private readonly string key = Guid.NewGuid().ToString();

    public sealed class ClockedSilo : SiloFixture
    {
        internal FakeTime Time { get; } = new();

        protected override void Configure(ISiloBuilder silo) =>
            silo.ConfigureServices(services => services.AddSingleton<TimeProvider>(Time));
    }

    private ITimerGrain Grain => silo.Grains.GetGrain<ITimerGrain>(key);

    private Probe Ticks => Probe.Of(key);

    [Theory]
    [InlineData(GrainTimerKind.Callback)]
    [InlineData(GrainTimerKind.CallbackWithToken)]
    [InlineData(GrainTimerKind.CallbackWithState)]
    [InlineData(GrainTimerKind.CallbackWithStateAndToken)]
    [InlineData(GrainTimerKind.Plain)]
    [InlineData(GrainTimerKind.Interleaving)]
    [InlineData(GrainTimerKind.Failing)]
    public async Task Timer_OfEachKind_TicksAgainAndAgain(GrainTimerKind kind)
    {
        await Grain.StartAsync(kind, TimeSpan.FromSeconds(1), Period);
        await TickAsync(TimeSpan.FromSeconds(1), 1);
        await TickAsync(Period, 2);
        await TickAsync(Period, 3);
        await Grain.StopAsync();
    }

    [Fact]
    public async Task Timer_WhileACallRuns_WaitsForItsTurn()
    {
        await Grain.StartAsync(GrainTimerKind.Plain, Period, Period);
        Task held = Grain.HoldAsync(key + "gate");
        await Probe.Of(key + "gate").NextAsync("the call begins");
        silo.Time.Advance(Period);
        Assert.True(Ticks.IsSilent);
        Probe.Of(key + "gate").Open();
        await held.Within("the call ends");
        Assert.Equal("tick 1", await Ticks.NextAsync("the tick has its turn"));
        await Grain.StopAsync();
    }

    [Fact]
    public async Task InterleavingTimer_WhileACallRuns_Ticks()
    {
        await Grain.StartAsync(GrainTimerKind.Interleaving, Period, Period);
        Task held = Grain.HoldAsync(key + "gate");
        await Probe.Of(key + "gate").NextAsync("the call begins");
        silo.Time.Advance(Period);
        Assert.Equal("tick 1", await Ticks.NextAsync("the tick interleaves"));
        Probe.Of(key + "gate").Open();
        await held.Within("the call ends");
        await Grain.StopAsync();
    }

    [Fact]
    public async Task Timer_ThatIsChangedOrDisposed_TicksAsItIsTold()
    {
        await Grain.StartAsync(GrainTimerKind.Plain, Never, Never);
        silo.Time.Advance(Period);
        await Grain.ChangeAsync(TimeSpan.FromSeconds(2), Never);
        await TickAsync(TimeSpan.FromSeconds(2), 1);
        silo.Time.Advance(Period);
        await Grain.ChangeAsync(TimeSpan.FromSeconds(2), Never);
        await Grain.StopAsync();
        silo.Time.Advance(Period);
        await Grain.StopAsync();
        Assert.True(Ticks.IsSilent);
    }

    [Fact]
    public async Task Timer_AfterDeactivation_IsGone()
    {
        await Grain.StartAsync(GrainTimerKind.Plain, Period, Period);
        await Grain.EndAsync();
        await Grain.HoldAsyncOpen(key + "gate");
        silo.Time.Advance(Period);
        await Grain.HoldAsyncOpen(key + "gate");
        Assert.True(Ticks.IsSilent);
    }

    [Fact]
    public async Task Timer_WithNegativeTimes_IsRefused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => Grain.StartAsync(GrainTimerKind.Plain, TimeSpan.FromSeconds(-5), Period));

    private async Task TickAsync(TimeSpan after, int number)
    {
        silo.Time.Advance(after);
        Assert.Equal($"tick {number}", await Ticks.NextAsync($"tick {number}"));

        // A call takes its turn after the tick, so the next tick is set when it returns.
        await Grain.HoldAsyncOpen(key + "turn");
    }
}

internal static class TimerGrainExtensions
{
    /// <summary>A call that ends at once.</summary>
    public static Task HoldAsyncOpen(this ITimerGrain grain, string gate)
    {
        Probe.Of(gate).Open();
        return grain.HoldAsync(gate).Within("a call ends");
    }
}
