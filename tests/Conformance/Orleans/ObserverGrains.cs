using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

public interface IListener : IGrainObserver
{
    [OneWay]
    Task HearAsync(int number);

    [ResponseTimeout("00:00:01")]
    Task<int> AnswerAsync(int number);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task SpeakAsync(IListener listener, int count);

    Task<int> AskAsync(IListener listener, int number);

    Task<string> RegisterInsideAsync();
}

public class SpeakerGrain : Grain, ISpeakerGrain
{
    public async Task SpeakAsync(IListener listener, int count)
    {
        for (int number = 0; number < count; number++)
        {
            await listener.HearAsync(number);
        }
    }

    public Task<int> AskAsync(IListener listener, int number) => listener.AnswerAsync(number);

    public Task<string> RegisterInsideAsync()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => GrainFactory.CreateObjectReference<IListener>(new Listener()));
        return Task.FromResult(refused.Message);
    }
}

/// <summary>Outside grains; notes whether two calls are inside at once.</summary>
public sealed class Listener : IListener
{
    private int inside;
    private int heard;

    public int Overlaps { get; private set; }

    public TaskCompletionSource<int> Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Expected { get; set; }

    public async Task HearAsync(int number)
    {
        Overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
        await Task.Yield();
        Interlocked.Decrement(ref inside);
        if (++heard == Expected)
        {
            Heard.TrySetResult(heard);
        }
    }

    public Task<int> AnswerAsync(int number) => Task.FromResult(number * 2);
}

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<int> DoubleAsync(int number);

    Task<int> ForwardAsync(int number);

    Task FailAsync();
}

/// <summary>Its own filter adds one to what its methods return.</summary>
public class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public Task<int> DoubleAsync(int number) => Task.FromResult(number * 2);

    public Task<int> ForwardAsync(int number) =>
        GrainFactory.GetGrain<IFilteredGrain>(this.GetPrimaryKeyString() + "next").DoubleAsync(number);

    public Task FailAsync() => throw new InvalidDataException("inside");

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        context.Result = context.Result is int number ? number + 1 : context.Result;
    }
}
