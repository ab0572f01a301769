using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

/// <summary>Activation, deactivation, collection, identity.</summary>
public sealed class LifetimeTests(LifetimeTests.CollectingSilo silo) : IClassFixture<LifetimeTests.CollectingSilo>
{
    public sealed class CollectingSilo : SiloFixture
    {
        protected override void Configure(ISiloBuilder silo) => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(200);
            options.CollectionAge = TimeSpan.FromSeconds(1);
            options.ActivationTimeout = TimeSpan.FromSeconds(20);
            options.DeactivationTimeout = TimeSpan.FromSeconds(20);
        });
    }

    [Fact]
    public async Task DeactivateOnIdle_NextCall_MeetsANewActivation()
    {
        string key = Guid.NewGuid().ToString();
        ILifetimeGrain grain = silo.Grains.GetGrain<ILifetimeGrain>(key);
        string first = await grain.ActivationAsync();
        Assert.Equal("activated", await Probe.Of(key).NextAsync("it activates"));
        await grain.EndAsync();
        Assert.Equal("deactivated ApplicationRequested True True", await Probe.Of(key).NextAsync("it deactivates"));
        Assert.NotEqual(first, await grain.ActivationAsync());
    }

    [Fact]
    public async Task Deactivation_WhileACallRuns_WaitsForItAndForwardsTheRest()
    {
        string key = Guid.NewGuid().ToString();
        ILifetimeGrain grain = silo.Grains.GetGrain<ILifetimeGrain>(key);
        string first = await grain.ActivationAsync();
        await Probe.Of(key).NextAsync("it activates");
        Task held = grain.EndAndHoldAsync(key + "gate");
        await Probe.Of(key + "gate").NextAsync("the call begins");
        Task<string>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => grain.ActivationAsync())];
        Assert.True(Probe.Of(key).IsSilent);
        Probe.Of(key + "gate").Open();
        await held.Within("the held call ends");
        string[] answers = await Task.WhenAll(waiting).Within("the waiting calls are answered");
        Assert.Single(answers.Distinct());
        Assert.NotEqual(first, answers[0]);
    }

    [Fact]
    public async Task Deactivation_InACallStorm_LosesNoCall()
    {
        ILifetimeGrain grain = silo.Grains.GetGrain<ILifetimeGrain>(Guid.NewGuid().ToString());
        var answered = 0;
        for (int wave = 0; wave < 20; wave++)
        {
            // The original forwards a call twice at most, so one deactivation a wave.
            Task<string>[] calls = [.. Enumerable.Range(0, 50).Select(_ => Task.Run(grain.ActivationAsync))];
            Task end = grain.EndAsync();
            answered += (await Task.WhenAll(calls).Within("every call is answered")).Length;
            await end;
        }

        Assert.Equal(1000, answered);
    }

    [Fact]
    public async Task IdleGrain_AfterTheCollectionAge_IsCollected()
    {
        string key = Guid.NewGuid().ToString();
        ILifetimeGrain grain = silo.Grains.GetGrain<ILifetimeGrain>(key);
        string first = await grain.ActivationAsync();
        await Probe.Of(key).NextAsync("it activates");
        Assert.StartsWith("deactivated ActivationIdle", await Probe.Of(key).NextAsync("it is collected"), StringComparison.Ordinal);
        Assert.NotEqual(first, await grain.ActivationAsync());
    }

    [Fact]
    public async Task DelayedAndKeptGrains_AfterTheCollectionAge_AreStillThere()
    {
        string key = Guid.NewGuid().ToString();
        string other = Guid.NewGuid().ToString();
        IKeptGrain kept = silo.Grains.GetGrain<IKeptGrain>(key);
        ILifetimeGrain delayed = silo.Grains.GetGrain<ILifetimeGrain>(key);
        string keptFirst = await kept.ActivationAsync();
        string delayedFirst = await delayed.ActivationAsync();
        await delayed.DelayAsync(TimeSpan.FromMinutes(5));

        // A grain that was used last is collected after those would have been.
        await silo.Grains.GetGrain<ILifetimeGrain>(other).ActivationAsync();
        await Probe.Of(other).NextAsync("it activates");
        await Probe.Of(other).NextAsync("it is collected");
        Assert.Equal(keptFirst, await kept.ActivationAsync());
        Assert.Equal(delayedFirst, await delayed.ActivationAsync());
        await Probe.Of(key).NextAsync("the delayed one activates");
        await delayed.DelayAsync(TimeSpan.Zero);
        await Probe.Of(key).NextAsync("the delay is taken back");
    }

    [Fact]
    public async Task FailedActivation_TellsTheCallers_AndTheNextCallTriesAgain()
    {
        IFragileGrain grain = silo.Grains.GetGrain<IFragileGrain>(Guid.NewGuid().ToString());
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(grain.HelloAsync);
        Assert.Equal("Not this time.", failure.Message);
        Assert.Equal("hello", await grain.HelloAsync());
    }

    [Fact]
    public async Task Grain_KnowsItsContextAndKey()
    {
        Assert.Equal(
            "LifetimeGrain True True True False",
            await silo.Grains.GetGrain<ILifetimeGrain>(Guid.NewGuid().ToString()).InstanceNameAsync());
        Assert.Equal(-5, await silo.Grains.GetGrain<INumberedGrain>(-5).KeyAsync());
        Guid key = Guid.NewGuid();
        Assert.Equal(key, await silo.Grains.GetGrain<IGuidGrain>(key).KeyAsync());
    }

    [Fact]
    public void GrainId_OfAReference_IsTypeAndKey()
    {
        GrainId id = silo.Grains.GetGrain<ILifetimeGrain>("a/b").GetGrainId();
        Assert.Equal("lifetime/a/b", id.ToString());
        Assert.Equal(("lifetime", "a/b"), (id.Type.ToString(), id.Key.ToString()));
        Assert.Equal("numbered-by-attribute", silo.Grains.GetGrain<INumberedGrain>(1).GetGrainId().Type.ToString());
        Assert.Equal(id, GrainId.Parse(id.ToString()));
        Assert.True(GrainId.TryParse("lifetime/a/b", out GrainId parsed) && parsed == id && !parsed.IsDefault);
        Assert.False(GrainId.TryParse("nothing", out GrainId none));
        Assert.True(none.IsDefault && none != id && none.Key.IsDefault && none.Type.IsDefault);
        Assert.Equal(id, GrainId.Create("lifetime", "a/b"));
        Assert.Equal(id, GrainId.Create(GrainType.Create("lifetime"), IdSpan.Create("a/b").ToString()));
        Assert.Equal(id.GetUniformHashCode(), parsed.GetUniformHashCode());
        Assert.Throws<ArgumentException>(() => silo.Grains.GetGrain<ILifetimeGrain>(" "));
    }

    [Fact]
    public async Task ReferenceByIdentity_AndCasts_ReachTheSameGrain()
    {
        IDerivedContract derived = silo.Grains.GetGrain<IDerivedContract>("x");
        IBaseContract asBase = derived.AsReference<IBaseContract>();
        Assert.Equal("base", await asBase.BaseAsync());
        Assert.Equal("derived", await asBase.Cast<IDerivedContract>().DerivedAsync(null));
        Assert.Equal("base", await silo.Grains.GetGrain<IBaseContract>(derived.GetGrainId()).BaseAsync());
        Assert.Equal("base", await silo.Grains.GetGrain<IBaseContract>("x").BaseAsync());
        Assert.Equal("base", await derived.DerivedAsync(silo.Grains.GetGrain<IDerivedContract>("y")));
    }

    [Fact]
    public async Task GrainWithoutTheBaseClass_LivesToo()
    {
        string key = Guid.NewGuid().ToString();
        IPlainGrain grain = silo.Grains.GetGrain<IPlainGrain>(key);
        Assert.Equal("hello", await grain.HelloAsync());
        Assert.Equal("activated", await Probe.Of(key).NextAsync("it activates"));
        await grain.EndAsync();
        Assert.StartsWith("deactivated ApplicationRequested: ", await Probe.Of(key).NextAsync("it ends"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SiloStop_DeactivatesEveryGrain()
    {
        string key = Guid.NewGuid().ToString();
        using IHost host = SiloFixture.Build(_ => { });
        await host.StartAsync().Within("the silo starts");
        var grains = host.Services.GetRequiredService<IClusterClient>();
        Assert.Same(host.Services.GetRequiredService<IHostApplicationLifetime>(), grains.ServiceProvider.GetRequiredService<IHostApplicationLifetime>());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => grains.GetGrain<ILifetimeGrain>(key + n).ActivationAsync()));
        await host.StopAsync().Within("the silo stops");
        for (int number = 0; number < 50; number++)
        {
            Assert.Equal("activated", await Probe.Of(key + number).NextAsync("it activates"));
            Assert.StartsWith("deactivated ShuttingDown", await Probe.Of(key + number).NextAsync("it ends"), StringComparison.Ordinal);
        }
    }
}
