using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Storage;

namespace Orleans.Standin.Storage;

/// <summary>One state of one activation. Its operations follow each other, also when calls interleave.</summary>
internal sealed class PersistentState<TState> : IPersistentState<TState>
{
    private readonly string name;
    private readonly Activation activation;
    private readonly IGrainStorage store;
    private readonly GrainState<TState> record = new() { State = Activator.CreateInstance<TState>() };
    private Task last = Task.CompletedTask;
    private bool isRead;

    public PersistentState(string name, Activation activation, IGrainStorage store)
    {
        this.name = name;
        this.activation = activation;
        this.store = store;
        activation.ObservableLifecycle.Subscribe(
            $"{nameof(PersistentState<TState>)} {name}", GrainLifecycleStage.SetupState, _ => ReadStateAsync());
    }

    public TState State
    {
        get
        {
            CheckContext();
            return record.State!;
        }

        set
        {
            CheckContext();
            record.State = value;
        }
    }

    public string? Etag => record.ETag;

    public bool RecordExists => isRead ? record.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    public Task ReadStateAsync() => Enqueue("ReadStateAsync", async () =>
    {
        await store.ReadStateAsync(name, activation.GrainId, record);
        isRead = true;
    });

    public Task WriteStateAsync() => Enqueue("WriteStateAsync", () => store.WriteStateAsync(name, activation.GrainId, record));

    public Task ClearStateAsync() => Enqueue("ClearStateAsync", () => store.ClearStateAsync(name, activation.GrainId, record));

    private Task Enqueue(string operation, Func<Task> run)
    {
        CheckContext();
        return last = RunAsync(last, operation, run);
    }

    private async Task RunAsync(Task before, string operation, Func<Task> run)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await run();
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException(
                $"Error from storage provider {store.GetType().Name}.{name} during {operation} for grain {activation.GrainId}"
                + $"{Environment.NewLine} {exception}",
                exception);
        }
    }

    private static void CheckContext()
    {
        if (RuntimeContext.Current is null)
        {
            throw new InvalidOperationException(
                "Activation access violation. A non-activation thread attempted to access activation services.");
        }
    }
}
