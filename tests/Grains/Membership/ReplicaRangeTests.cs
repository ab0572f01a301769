using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

public sealed class ReplicaRangeTests
{
    [Fact]
    public void Of_AllSizes_CoversEachReplicaOnce()
    {
        for (int replicas = 1; replicas <= 40; replicas++)
        {
            for (int workers = 1; workers <= replicas; workers++)
            {
                int next = 0;
                for (int rank = 0; rank < workers; rank++)
                {
                    ReplicaRange range = ReplicaRange.Of(rank, workers, replicas);
                    Assert.Equal(next, range.First);
                    Assert.InRange(range.Count, replicas / workers, (replicas + workers - 1) / workers);
                    next += range.Count;
                }

                Assert.Equal(replicas, next);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaRange.Of(0, 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaRange.Of(2, 2, 2));
    }
}
