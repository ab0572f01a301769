using Orleans.Storage;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class GrainStorageTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("counter", "a/b");
    private readonly TemporaryFolder folder = new();
    private SqliteStore store;
    private SqliteGrainStorage storage;

    public GrainStorageTests() => Open();

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task State_ThatWasNeverWritten_IsNewAndHasNoETag()
    {
        var state = await Read();
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Value);
    }

    [Fact]
    public async Task State_Written_IsThereAfterReopening()
    {
        await Write(5);
        store.Dispose();
        Open();
        var state = await Read();
        Assert.True(state.RecordExists);
        Assert.Equal(5, state.State!.Value);
    }

    [Fact]
    public async Task Write_WithAStaleETag_IsRefusedAndChangesNothing()
    {
        var stale = await Write(1);
        var fresh = await Read();
        fresh.State!.Value = 2;
        await storage.WriteStateAsync("state", Grain, fresh);

        stale.State!.Value = 3;
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", Grain, stale));
        Assert.Equal(fresh.ETag, conflict.StoredEtag);
        Assert.Equal(2, (await Read()).State!.Value);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", Grain, stale));
    }

    [Fact]
    public async Task Write_WithoutETagWhereARecordIs_IsRefused()
    {
        await Write(1);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(2));
    }

    [Fact]
    public async Task ETag_OfAStateThatWasCleared_IsNeverValidAgain()
    {
        var stale = await Write(1);
        await storage.ClearStateAsync("state", Grain, await Read());
        await Write(1);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", Grain, stale));
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(store), nameof(storage))]
    private void Open() => storage = new SqliteGrainStorage(store = SqliteStore.Open(folder.Path));

    private async Task<GrainState<CounterState>> Read()
    {
        var state = new GrainState<CounterState>();
        await storage.ReadStateAsync("state", Grain, state);
        return state;
    }

    private async Task<GrainState<CounterState>> Write(int value)
    {
        var state = new GrainState<CounterState> { State = new CounterState { Value = value } };
        await storage.WriteStateAsync("state", Grain, state);
        return state;
    }
}
