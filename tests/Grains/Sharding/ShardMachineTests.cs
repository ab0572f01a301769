using SeqCluster.Contracts.Shards;
using SeqCluster.Grains.Sharding;

namespace SeqCluster.Grains.Tests.Sharding;

public sealed class ShardMachineTests
{
    private static readonly ShardLife Listed = ShardMachine.Register(new ShardLife(), 100);

    [Fact]
    public void Shard_Registered_IsListedOnce()
    {
        Assert.Equal((ShardState.Listed, 100), (Listed.State, Listed.SizeBytes));
        Assert.Same(Listed, ShardMachine.Register(Listed, 200));
    }

    [Fact]
    public void Shard_BeforeAnyManifestNamesIt_TakesNoReports()
    {
        var unknown = new ShardLife();
        Assert.Same(unknown, ShardMachine.Verify(unknown, "w-0"));
        Assert.Same(unknown, ShardMachine.Damage(unknown, "w-0", "cut"));
    }

    [Fact]
    public void Copies_Verified_AreHeldOnceEach()
    {
        ShardLife one = ShardMachine.Verify(Listed, "w-0");
        ShardLife two = ShardMachine.Verify(one, "w-1");
        Assert.Equal(ShardState.Available, two.State);
        Assert.Equal(["w-0", "w-1"], two.Holders);
        Assert.Same(two, ShardMachine.Verify(two, "w-0"));
    }

    [Fact]
    public void Copies_FoundDamaged_AreStruckOffUntilNobodyHoldsIt()
    {
        ShardLife both = ShardMachine.Verify(ShardMachine.Verify(Listed, "w-0"), "w-1");
        ShardLife other = ShardMachine.Damage(both, "w-2", "cut at 7");
        Assert.Equal((ShardState.Available, 2), (other.State, other.Holders.Count));
        ShardLife one = ShardMachine.Damage(other, "w-0", "hash 00");
        Assert.Equal((ShardState.Available, "w-1"), (one.State, Assert.Single(one.Holders)));
        ShardLife none = ShardMachine.Damage(one, "w-1", "hash 11");
        Assert.Equal(ShardState.Listed, none.State);
        Assert.Empty(none.Holders);
        Assert.Equal(["w-2: cut at 7", "w-0: hash 00", "w-1: hash 11"], none.Damages);
    }

    [Fact]
    public void Lists_OfManyPlaces_AreBounded()
    {
        ShardLife life = Listed;
        for (int place = 0; place < 2 * ShardMachine.HolderLimit; place++)
        {
            life = ShardMachine.Damage(ShardMachine.Verify(life, $"w-{place}"), $"other-{place}", "cut");
        }

        Assert.Equal((ShardMachine.HolderLimit, ShardMachine.DamageLimit), (life.Holders.Count, life.Damages.Count));
        Assert.Equal($"w-{(2 * ShardMachine.HolderLimit) - 1}", life.Holders[^1]);
    }
}
