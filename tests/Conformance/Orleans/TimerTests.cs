using Orleans;

namespace SeqCluster.OrleansConformance;

/// <summary>
/// Timers of grains, on the machine's clock: the original's runtime shares a substituted clock with its timers and mixes it
/// with the machine's. What must not happen is waited for by the ticks of another timer of the same period.
/// </summary>
public sealed class TimerTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private readonly string key = Guid.NewGuid().ToString();

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
        await Grain.StartAsync(kind, TimeSpan.Zero, Period);
        for (int number = 1; number <= 3; number++)
        {
            Assert.Equal($"tick {number}", await Ticks.NextAsync($"tick {number}"));
        }

        await Grain.StopAsync();
    }

    [Fact]
    public async Task Timer_WhileACallRuns_WaitsForItsTurn_AnInterleavingOneDoesNot()
    {
        Task held = Grain.HoldWithBothKindsAsync(key + "gate", Period);
        for (int number = 1; number <= 5; number++)
        {
            await Probe.Of(key + "gatebeside").NextAsync("the timer that interleaves ticks");
        }

        Assert.True(Ticks.IsSilent);
        Probe.Of(key + "gate").Open();
        await held.Within("the call ends");
        Assert.Equal("tick 1", await Ticks.NextAsync("the tick has its turn"));
        await Grain.StopAsync();
    }

    [Fact]
    public async Task Timer_ThatIsChangedOrDisposed_TicksAsItIsTold()
    {
        await Grain.StartAsync(GrainTimerKind.Plain, Never, Never);
        await SomePeriodsAsync();
        Assert.True(Ticks.IsSilent);
        await Grain.ChangeAsync(Period, Never);
        Assert.Equal("tick 1", await Ticks.NextAsync("the changed timer ticks"));
        await SomePeriodsAsync();
        Assert.True(Ticks.IsSilent);
        await Grain.ChangeAndStopAsync(Period);
        await SomePeriodsAsync();
        Assert.True(Ticks.IsSilent);
        await Grain.StopAsync();
    }

    [Fact]
    public async Task Timer_AfterDeactivation_IsGone()
    {
        await Grain.StartAsync(GrainTimerKind.Plain, Period, Period);
        await Ticks.NextAsync("it ticks");
        await Grain.EndAsync();
        await Grain.ReturnAsync();
        Ticks.Drain();
        await SomePeriodsAsync();
        await Grain.ReturnAsync();
        Assert.True(Ticks.IsSilent);
    }

    [Fact]
    public async Task Timer_WithNegativeTimes_IsRefused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => Grain.StartAsync(GrainTimerKind.Plain, TimeSpan.FromSeconds(-5), Period));

    private async Task SomePeriodsAsync()
    {
        string other = Guid.NewGuid().ToString();
        ITimerGrain witness = silo.Grains.GetGrain<ITimerGrain>(other);
        await witness.StartAsync(GrainTimerKind.Plain, Period, Period);
        for (int number = 1; number <= 8; number++)
        {
            await Probe.Of(other).NextAsync("another grain's timer ticks");
        }

        await witness.StopAsync();
    }
}
