namespace SeqCluster.Silo.Tests.Storage;

[Collection(SiloTests.Name)]
public sealed class StorageThroughGrainTests(TestSilo silo)
{
    private readonly IGrainFactory grains = silo.Get<IGrainFactory>();

    [Fact]
    public async Task Grain_ThatLeft_ComesBackWithItsState()
    {
        var grain = grains.GetGrain<ICounterGrain>("state");
        Assert.Equal(1, await grain.Add());
        await grain.Leave();
        Assert.Equal(2, await grain.Add());
    }

    [Fact]
    public async Task Grain_ThatLeft_KeepsItsReminders()
    {
        var grain = grains.GetGrain<ICounterGrain>("reminders");
        await grain.Remind("a");
        await grain.Remind("b");
        await grain.Leave();
        Assert.Equal(["a", "b"], (await grain.Reminders()).Order());
    }
}
