using Orleans;

namespace SeqCluster.OrleansConformance;

/// <summary>One turn at a time, and what may interleave.</summary>
public sealed class TurnTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Grain_ThousandConcurrentCalls_RunOneAtATime()
    {
        ITurnGrain grain = New();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(grain.IncrementAsync)));
        Assert.Equal(Enumerable.Range(1, 1000), counts.Order());
    }

    [Fact]
    public async Task Grain_AwaitsInside_StayOnItsScheduler() => Assert.True(await New().StaysOnSchedulerAsync());

    [Fact]
    public async Task Grain_CallWhileAnotherRuns_Waits()
    {
        (ITurnGrain grain, Task held, Probe probe) = await HoldAsync((g, gate) => g.HoldAsync(gate));
        Task<string> plain = grain.PlainAsync();
        Assert.Equal("interleaved", await grain.InterleaveAsync().Within("an interleaving call runs"));
        Assert.False(plain.IsCompleted);
        probe.Open();
        await held.Within("the held call ends");
        Assert.Equal("plain", await plain.Within("the waiting call runs"));
    }

    [Fact]
    public async Task ReadOnlyCall_WhileReadOnlyRuns_Interleaves()
    {
        (ITurnGrain grain, Task held, Probe probe) = await HoldAsync((g, gate) => g.HoldReadOnlyAsync(gate));
        Assert.Equal("read", await grain.ReadAsync().Within("a read runs beside a read"));
        Task<string> plain = grain.PlainAsync();
        Assert.Equal("interleaved", await grain.InterleaveAsync());
        Assert.False(plain.IsCompleted);
        probe.Open();
        await Task.WhenAll(held, plain).Within("both calls end");
    }

    [Fact]
    public async Task ReadOnlyCall_WhileWriteRuns_Waits()
    {
        (ITurnGrain grain, Task held, Probe probe) = await HoldAsync((g, gate) => g.HoldAsync(gate));
        Task<string> read = grain.ReadAsync();
        Assert.Equal("interleaved", await grain.InterleaveAsync());
        Assert.False(read.IsCompleted);
        probe.Open();
        await Task.WhenAll(held, read).Within("both calls end");
    }

    [Fact]
    public async Task ReentrantGrain_CallWhileAnotherRuns_Interleaves()
    {
        var grain = silo.Grains.GetGrain<IReentrantTurnGrain>(Guid.NewGuid().ToString());
        string gate = Guid.NewGuid().ToString();
        Task held = grain.HoldAsync(gate);
        await Probe.Of(gate).NextAsync("the held call begins");
        Assert.Equal("plain", await grain.PlainAsync().Within("a call interleaves"));
        Probe.Of(gate).Open();
        await held.Within("the held call ends");
    }

    [Fact]
    public async Task CallCycle_WithoutReentrancy_TimesOut()
    {
        TimeoutException timeout = await Assert.ThrowsAsync<TimeoutException>(() => New().CallBackAsync(New(), allow: false));
        Assert.StartsWith("Response did not arrive on time in 00:00:01", timeout.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallCycle_WithCallChainReentrancy_Returns() =>
        Assert.Equal("plain", await New().CallBackAsync(New(), allow: true));

    [Fact]
    public async Task CallCycle_WithSuppressedReentrancy_TimesOut() =>
        await Assert.ThrowsAsync<TimeoutException>(() => New().CallBackSuppressedAsync(New()));

    [Fact]
    public async Task ReentrancyOfOneChain_OtherCaller_StillWaits()
    {
        ITurnGrain grain = New();

        // The first calls to a grain that is not active yet may overtake each other.
        await grain.ReadAsync();
        (ITurnGrain other, Task held, Probe probe) = await HoldAsync((g, gate) => g.HoldAsync(gate));
        Task<string> cycle = grain.CallBackAsync(other, allow: true);
        Task<string> stranger = grain.PlainAsync();
        Assert.Equal("interleaved", await grain.InterleaveAsync());
        Assert.False(stranger.IsCompleted);
        probe.Open();
        await Task.WhenAll(held, stranger).Within("the calls end");
        await cycle.ContinueWith(_ => { }, TaskScheduler.Default).Within("the cycle ends or times out");
    }

    [Fact]
    public async Task OneWayCall_FailingLater_CompletesAtOnce()
    {
        string gate = Guid.NewGuid().ToString();
        ITurnGrain grain = New();
        await grain.TellAsync(gate).Within("the caller goes on");
        await Probe.Of(gate).NextAsync("the call begins");
        Probe.Of(gate).Open();
        Assert.Equal("plain", await grain.PlainAsync().Within("the grain goes on"));
    }

    [Fact]
    public async Task VoidCall_IsSent()
    {
        string gate = Guid.NewGuid().ToString();
        New().TellNothing(gate);
        Assert.Equal("told", await Probe.Of(gate).NextAsync("the message arrives"));
    }

    [Fact]
    public async Task Call_NeverAnswered_TimesOutByItsAttribute()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => New().NeverAsync().Within("the call times out"));

        // A call that runs for ever would keep the silo from stopping.
        Probe.Of("never").Open();
    }

    [Fact]
    public async Task TwoGrains_RunBesideEachOther()
    {
        (_, Task held, Probe probe) = await HoldAsync((g, gate) => g.HoldAsync(gate));
        Assert.Equal("plain", await New().PlainAsync().Within("another grain answers"));
        probe.Open();
        await held.Within("the held call ends");
    }

    private ITurnGrain New() => silo.Grains.GetGrain<ITurnGrain>(Guid.NewGuid().ToString());

    private async Task<(ITurnGrain Grain, Task Held, Probe Probe)> HoldAsync(Func<ITurnGrain, string, Task> hold)
    {
        ITurnGrain grain = New();
        string gate = Guid.NewGuid().ToString();
        Task held = hold(grain, gate);
        await Probe.Of(gate).NextAsync("the held call begins");
        return (grain, held, Probe.Of(gate));
    }
}
