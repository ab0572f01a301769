using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SeqCluster.OrleansConformance;

/// <summary>Waits for events, with a deadline that names what was waited for.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Deadline);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new InvalidOperationException($"Waited {Deadline} in vain until {what}.");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    /// <summary>Asks again and again, for what tells nobody that it happened.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Waited {Deadline} in vain until {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }
}

/// <summary>Where grains leave word for tests: one list of events and one gate for each name.</summary>
internal sealed class Probe
{
    private static readonly ConcurrentDictionary<string, Probe> Known = new();
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Probe Of(string name) => Known.GetOrAdd(name, _ => new Probe());

    /// <summary>What grains wait for until the test opens it.</summary>
    public Task Gate => gate.Task;

    public void Open() => gate.TrySetResult();

    public void Tell(string what) => events.Writer.TryWrite(what);

    public Task<string> NextAsync(string what) => events.Reader.ReadAsync().AsTask().Within(what);

    public bool IsSilent => events.Reader.Count == 0;

    /// <summary>Forgets what was told so far.</summary>
    public void Drain()
    {
        while (events.Reader.TryRead(out _))
        {
        }
    }
}
