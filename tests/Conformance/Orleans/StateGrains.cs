using Orleans;
using Orleans.Core;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

[GenerateSerializer]
public sealed class Ledger
{
    [Id(0)]
    public int Total { get; set; }

    [Id(1)]
    public List<string> Lines { get; set; } = [];
}

/// <summary>A failure of one's own that is one of the runtime's too: it is not wrapped, and travels with what it says.</summary>
[GenerateSerializer]
public sealed class FullException : OrleansException
{
    public FullException(string message, int missingBytes)
        : base(message) => MissingBytes = missingBytes;

    [Id(0)]
    public int MissingBytes { get; private set; }
}

public interface IStateGrain : IGrainWithStringKey
{
    Task<string> AddAsync(int amount, bool write);

    Task<string> ReadAsync();

    Task<string> ClearAsync();

    Task<string> SeenAtActivationAsync();

    Task EndAsync();
}

public class StateGrain(
    [PersistentState("ledger", "books")] IPersistentState<Ledger> ledger,
    [PersistentState("other")] IPersistentState<Ledger> other,
    IGrainFactory unrelated) : Grain, IStateGrain
{
    private string seen = "nothing";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        seen = Describe(ledger);
        Assert.NotNull(unrelated);
        return Task.CompletedTask;
    }

    public async Task<string> AddAsync(int amount, bool write)
    {
        ledger.State.Total += amount;
        ledger.State.Lines.Add($"{amount}");
        if (write)
        {
            await ledger.WriteStateAsync();
            other.State = new Ledger { Total = -ledger.State.Total };
            await other.WriteStateAsync();
        }

        return Describe(ledger);
    }

    public async Task<string> ReadAsync()
    {
        await ledger.ReadStateAsync();
        return Describe(ledger);
    }

    public async Task<string> ClearAsync()
    {
        await ledger.ClearStateAsync();
        return Describe(ledger);
    }

    public Task<string> SeenAtActivationAsync() => Task.FromResult(seen);

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static string Describe(IStorage<Ledger> record) =>
        $"{record.State.Total} [{string.Join(' ', record.State.Lines)}] {record.RecordExists} {record.Etag is null}";
}

public interface ILostStateGrain : IGrainWithStringKey
{
    Task HelloAsync();
}

public class LostStateGrain([PersistentState("state", "no such store")] IPersistentState<Ledger> state) : Grain, ILostStateGrain
{
    public Task HelloAsync() => state.WriteStateAsync();
}
