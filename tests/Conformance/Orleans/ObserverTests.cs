using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

/// <summary>Objects outside grains that grains call.</summary>
public sealed class ObserverTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Observer_HearsEverything_OneCallAtATime()
    {
        var listener = new Listener { Expected = 200 };
        IListener reference = silo.Grains.CreateObjectReference<IListener>(listener);
        await Task.WhenAll(New().SpeakAsync(reference, 100), New().SpeakAsync(reference, 100));
        Assert.Equal(200, await listener.Heard.Task.Within("all calls arrive"));
        Assert.Equal(0, listener.Overlaps);
        Assert.Equal(8, await New().AskAsync(reference, 4));
        silo.Grains.DeleteObjectReference<IListener>(reference);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task ObserverObject_AsArgument_IsRefused()
    {
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(async () => await New().SpeakAsync(new Listener(), 1));
        Assert.Contains("CreateObjectReference", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletedReference_IsNotAnswered()
    {
        var listener = new Listener();
        IListener reference = silo.Grains.CreateObjectReference<IListener>(listener);
        silo.Grains.DeleteObjectReference<IListener>(reference);
        await Assert.ThrowsAsync<TimeoutException>(() => New().AskAsync(reference, 1));
        Assert.Throws<ArgumentException>(() => silo.Grains.DeleteObjectReference<IListener>(reference));
        Assert.Throws<ArgumentException>(() => silo.Grains.DeleteObjectReference<IListener>(listener));
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task ObserverThatNobodyHolds_IsCollected()
    {
        (WeakReference listener, IListener reference) = Register();
        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(!listener.IsAlive);
            },
            "the observer is collected");
        await Assert.ThrowsAsync<TimeoutException>(() => New().AskAsync(reference, 1));
    }

    [Fact]
    public async Task Reference_InsideAGrain_IsRefused() =>
        Assert.Contains("from a grain", await New().RegisterInsideAsync(), StringComparison.Ordinal);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Listener, IListener Reference) Register()
    {
        var listener = new Listener();
        return (new WeakReference(listener), silo.Grains.CreateObjectReference<IListener>(listener));
    }

    private ISpeakerGrain New() => silo.Grains.GetGrain<ISpeakerGrain>(Guid.NewGuid().ToString());
}
