using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace SeqCluster.OrleansConformance;

/// <summary>States of grains over a store of the application's own, and in memory.</summary>
public sealed class StateTests(StateTests.StoringSilo silo) : IClassFixture<StateTests.StoringSilo>
{
    private readonly string key = Guid.NewGuid().ToString();

    public sealed class StoringSilo : SiloFixture
    {
        internal LedgerStore Store { get; } = new();

        protected override void Configure(ISiloBuilder silo)
        {
            silo.ConfigureServices(services => services.AddGrainStorage("books", (_, name) => Store.Named(name)));
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryGrainStorage("memory");
        }
    }

    private sealed class Record : IGrainState<Ledger>
    {
        public Ledger? State { get; set; }

        public string? ETag { get; set; }

        public bool RecordExists { get; set; }
    }

    private IStateGrain Grain => silo.Grains.GetGrain<IStateGrain>(key);

    [Fact]
    public async Task State_IsReadBeforeActivation_AndKeptOverIt()
    {
        Assert.Equal("0 [] False True", await Grain.SeenAtActivationAsync());
        Assert.Equal("5 [5] True False", await Grain.AddAsync(5, write: true));
        Assert.Equal("7 [5 2] True False", await Grain.AddAsync(2, write: false));
        Assert.Equal("5 [5] True False", await Grain.ReadAsync());
        await Grain.EndAsync();
        Assert.Equal("5 [5] True False", await Grain.SeenAtActivationAsync());
        Assert.Equal("0 [] False True", await Grain.ClearAsync());
        await Grain.EndAsync();
        Assert.Equal("0 [] False True", await Grain.SeenAtActivationAsync());
    }

    [Fact]
    public async Task State_WrittenBySomeoneElse_ReachesTheCallerAndEndsTheActivation()
    {
        await Grain.AddAsync(1, write: true);
        silo.Store.WriteBehind(Grain.GetGrainId(), new Ledger { Total = 40 });
        InconsistentStateException conflict =
            await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.AddAsync(1, write: true));
        Assert.Equal(("changed", "1"), (conflict.StoredEtag, conflict.CurrentEtag));
        Assert.Contains("changed", conflict.ToString(), StringComparison.Ordinal);
        Assert.Equal("40 [] True False", await Grain.SeenAtActivationAsync());
    }

    [Fact]
    public async Task Store_ThatFails_FailsTheCallWithItsCause()
    {
        await Grain.AddAsync(1, write: true);
        silo.Store.FailFor = Grain.GetGrainId();
        OrleansException failure = await Assert.ThrowsAsync<OrleansException>(() => Grain.AddAsync(1, write: true));
        Assert.IsType<InvalidDataException>(failure.InnerException);
        silo.Store.FailFor = default;
        Assert.Equal("3 [1 1 1] True False", await Grain.AddAsync(1, write: true));
    }

    [Fact]
    public async Task Store_ThatFailsWithAnExceptionOfTheRuntimes_FailsTheCallWithJustThat()
    {
        await Grain.AddAsync(1, write: true);
        silo.Store.FullFor = Grain.GetGrainId();
        FullException failure = await Assert.ThrowsAsync<FullException>(() => Grain.AddAsync(1, write: true));
        Assert.Equal(("The disk is full.", 7), (failure.Message, failure.MissingBytes));
        silo.Store.FullFor = default;
        await Grain.AddAsync(1, write: true);
    }

    [Fact]
    public async Task Store_ThatIsNotThere_FailsTheActivation()
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => silo.Grains.GetGrain<ILostStateGrain>(key).HelloAsync());
        Assert.Contains("Failed to create an instance of grain type '", failure.Message, StringComparison.Ordinal);
        BadProviderConfigException missing = Assert.IsType<BadProviderConfigException>(failure.GetBaseException());
        Assert.Contains("no such store", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)]
    public async Task MemoryStore_WrittenByTwo_RefusesTheSecond_AndKeepsCopies(string name)
    {
        var store = silo.Host.Services.GetRequiredKeyedService<IGrainStorage>(name);
        GrainId id = Grain.GetGrainId();
        Record first = await ReadAsync();
        Record second = await ReadAsync();
        Assert.Equal((0, false, true), (first.State!.Total, first.RecordExists, first.ETag is null));
        first.State.Total = 1;
        await store.WriteStateAsync("s", id, first);
        second.State!.Total = 2;
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.WriteStateAsync("s", id, second));
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.ClearStateAsync("s", id, second));
        first.State.Total = 3;
        second = await ReadAsync();
        Assert.Equal((1, true, first.ETag), (second.State!.Total, second.RecordExists, second.ETag));
        await store.ClearStateAsync("s", id, second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.WriteStateAsync("s", id, first));
        Assert.False((await ReadAsync()).RecordExists);

        async Task<Record> ReadAsync()
        {
            var record = new Record();
            await store.ReadStateAsync("s", id, record);
            return record;
        }
    }

    [Fact]
    public void DefaultStore_HasTheOriginalsName() => Assert.Equal("Default", ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
}

/// <summary>A store as the application would write one.</summary>
internal sealed class LedgerStore : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ConcurrentDictionary<GrainId, (string ETag, int Total, string[] Lines)> rows = new();
    private bool isStarted;

    public GrainId FailFor { get; set; }

    public GrainId FullFor { get; set; }

    public LedgerStore Named(string name)
    {
        Assert.Equal("books", name);
        return this;
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe("Ledgers", ServiceLifecycleStage.ApplicationServices, _ =>
    {
        isStarted = true;
        return Task.CompletedTask;
    });

    public void WriteBehind(GrainId grain, Ledger ledger) => rows[grain] = ("changed", ledger.Total, [.. ledger.Lines]);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Assert.True(isStarted);
        Assert.Equal("ledger", stateName);
        bool exists = rows.TryGetValue(grainId, out (string ETag, int Total, string[] Lines) row);
        Set(grainState, exists ? row.ETag : null, exists ? new Ledger { Total = row.Total, Lines = [.. row.Lines] } : new Ledger());
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check(grainId, grainState.ETag);
        var ledger = (Ledger)(object)grainState.State!;
        string next = rows.TryGetValue(grainId, out (string ETag, int, string[]) row) ? row.ETag + "'" : "1";
        rows[grainId] = (next, ledger.Total, [.. ledger.Lines]);
        Set(grainState, next, ledger);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check(grainId, grainState.ETag);
        rows.TryRemove(grainId, out _);
        Set(grainState, null, new Ledger());
        return Task.CompletedTask;
    }

    private void Check(GrainId grainId, string? known)
    {
        if (FailFor == grainId)
        {
            throw new InvalidDataException("The disk is full.");
        }

        if (FullFor == grainId)
        {
            throw new FullException("The disk is full.", missingBytes: 7);
        }

        string? stored = rows.TryGetValue(grainId, out (string ETag, int, string[]) row) ? row.ETag : null;
        if (stored != known)
        {
            throw new InconsistentStateException("Somebody else has written.", stored, known);
        }
    }

    private static void Set<T>(IGrainState<T> state, string? etag, Ledger ledger)
    {
        state.State = (T)(object)ledger;
        state.ETag = etag;
        state.RecordExists = etag is not null;
    }
}
