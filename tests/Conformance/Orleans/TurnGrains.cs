using Orleans;
using Orleans.Concurrency;

namespace SeqCluster.OrleansConformance;

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> IncrementAsync();

    Task<bool> StaysOnSchedulerAsync();

    Task HoldAsync(string gate);

    [ReadOnly]
    Task HoldReadOnlyAsync(string gate);

    [AlwaysInterleave]
    Task<string> InterleaveAsync();

    [ResponseTimeout("00:00:03")]
    Task<string> PlainAsync();

    [ReadOnly]
    Task<string> ReadAsync();

    [ResponseTimeout("00:00:01")]
    Task<string> CallBackAsync(ITurnGrain other, bool allow);

    [ResponseTimeout("00:00:03")]
    Task<string> AskAsync(ITurnGrain caller);

    [ResponseTimeout("00:00:03")]
    Task<string> CallBackSuppressedAsync(ITurnGrain other);

    [OneWay]
    Task TellAsync(string gate);

    void TellNothing(string gate);

    [ResponseTimeout("00:00:01")]
    Task NeverAsync();
}

public class TurnGrain : Grain, ITurnGrain
{
    private int count;
    private int inside;

    public async Task<int> IncrementAsync()
    {
        Assert.Equal(1, ++inside);
        int before = count;
        await Task.Yield();
        count = before + 1;
        inside--;
        return count;
    }

    public async Task<bool> StaysOnSchedulerAsync()
    {
        TaskScheduler own = TaskScheduler.Current;
        await Task.Yield();
        await Task.Run(() => { });
        return own != TaskScheduler.Default && TaskScheduler.Current == own;
    }

    public Task HoldAsync(string gate) => WaitAsync(gate);

    public Task HoldReadOnlyAsync(string gate) => WaitAsync(gate);

    public Task<string> InterleaveAsync() => Task.FromResult("interleaved");

    public Task<string> PlainAsync() => Task.FromResult("plain");

    public Task<string> ReadAsync() => Task.FromResult("read");

    public async Task<string> CallBackAsync(ITurnGrain other, bool allow)
    {
        if (!allow)
        {
            return await other.AskAsync(this.AsReference<ITurnGrain>());
        }

        using (Orleans.Runtime.RequestContext.AllowCallChainReentrancy())
        {
            return await other.AskAsync(this.AsReference<ITurnGrain>());
        }
    }

    public Task<string> AskAsync(ITurnGrain caller) => caller.PlainAsync();

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Style", "IDE0063", Justification = "Nested on purpose.")]
    public async Task<string> CallBackSuppressedAsync(ITurnGrain other)
    {
        using (Orleans.Runtime.RequestContext.AllowCallChainReentrancy())
        {
            using (Orleans.Runtime.RequestContext.SuppressCallChainReentrancy())
            {
                return await other.CallBackAsync(this.AsReference<ITurnGrain>(), allow: false);
            }
        }
    }

    public Task TellAsync(string gate) => WaitAndFailAsync(gate);

    public void TellNothing(string gate) => Probe.Of(gate).Tell("told");

    public Task NeverAsync() => Probe.Of("never").Gate;

    private static async Task WaitAsync(string gate)
    {
        Probe.Of(gate).Tell("entered");
        await Probe.Of(gate).Gate;
    }

    private static async Task WaitAndFailAsync(string gate)
    {
        await WaitAsync(gate);
        throw new InvalidOperationException("Nobody hears this.");
    }
}

public interface IReentrantTurnGrain : IGrainWithStringKey
{
    Task HoldAsync(string gate);

    Task<string> PlainAsync();
}

[Reentrant]
public class ReentrantTurnGrain : Grain, IReentrantTurnGrain
{
    public async Task HoldAsync(string gate)
    {
        Probe.Of(gate).Tell("entered");
        await Probe.Of(gate).Gate;
    }

    public Task<string> PlainAsync() => Task.FromResult("plain");
}
