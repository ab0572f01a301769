namespace SeqCluster.Collectives.Tests.AllReduce;

/// <summary>Groups that span hosts: shared memory inside each, TCP between them, and the bits of the tree whatever the placement.</summary>
public sealed class HostsTests
{
    private static readonly int[] Sizes = [0, 1, 8_193, 65_537, 200_007];

    /// <summary>A letter is a host. Even, uneven, interleaved, one host among single ones, and more hosts than can combine.</summary>
    public static TheoryData<string, int> Placements()
    {
        var placements = new TheoryData<string, int>();
        foreach (var hosts in new[] { "AB", "AAB", "ABB", "ABA", "AABB", "ABAB", "AAAB", "ABBA", "AABBB", "AABBC", "ABCAB", "AAABBB", "AABBCC", "ABBCAAC", "AAAABBBB", "AABBCCDE" })
        {
            foreach (var replicas in new[] { hosts.Length, 8, 13 }.Where(replicas => replicas >= hosts.Length).Distinct())
                placements.Add(hosts, replicas);
        }
        return placements;
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public void AllReduce_AnyPlacement_EqualsTheTreeBitForBit(string hosts, int replicas)
    {
        const int Steps = 3;
        var expected = Enumerable.Range(0, Steps)
            .Select(step => Sizes.Select((size, bucket) => Gradients.TreeSum(r => Gradients.Of(size, r, step, bucket), 0, replicas)).ToArray())
            .ToArray();
        Members.RunOnHosts(hosts, replicas, Sizes, group =>
        {
            for (var step = 0; step < Steps; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    AllReduceTests.AddReplicas(group, bucket, step);
                    group.Begin(bucket);
                }
                foreach (var bucket in group.Buckets)
                {
                    group.Complete(bucket);
                    Assert.True(Gradients.SameBits(expected[step][bucket.Index], bucket.Sum), $"bucket {bucket.Index} step {step} rank {group.Rank}");
                    Assert.Equal(Gradients.TreeSum(r => Gradients.SidesOf(r, step), 0, replicas), bucket.Sides);
                    Assert.Equal(Gradients.SumOfSquares(bucket.Sum), bucket.SumOfSquares);
                }
                if (step == 1)
                    group.Barrier(step);
            }
        }, options => options with { Norms = true });
    }

    [Theory]
    [InlineData("AAB")]
    [InlineData("ABAB")]
    [InlineData("AABBC")]
    public void ReduceScatter_ThenOwnersChangeTheirChunk_AllGatherGivesItToAll(string hosts)
    {
        var replicas = hosts.Length + 2;
        Members.RunOnHosts(hosts, replicas, [1, 3_000, 200_000], group =>
        {
            for (var step = 5; step < 9; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    AllReduceTests.AddReplicas(group, bucket, step);
                    group.ReduceScatter(bucket);
                    var expected = Gradients.TreeSum(r => Gradients.Of(bucket.Elements, r, step, bucket.Index), 0, replicas);
                    Assert.Equal(Gradients.SumOfSquares(expected), bucket.SumOfSquares);
                    foreach (ref var value in bucket.OwnChunk)
                        value = -2 * value;
                    group.AllGather(bucket);
                    Assert.True(Gradients.SameBits([.. expected.Select(value => -2 * value)], bucket.Sum));
                }
            }
        }, options => options with { Norms = true });
    }

    [Theory]
    [InlineData("ABB")]
    [InlineData("AABBC")]
    public void Broadcast_AndBarrier_ReachEveryHost(string hosts)
    {
        var arrived = 0;
        Members.RunOnHosts(hosts, hosts.Length, [10], group =>
        {
            for (var root = 0; root < hosts.Length; root++)
            {
                var data = new byte[300_000];
                if (group.Rank == root)
                    new Random(root).NextBytes(data);
                group.Broadcast(root, root, data);
                var expected = new byte[data.Length];
                new Random(root).NextBytes(expected);
                Assert.True(expected.AsSpan().SequenceEqual(data), $"root {root}");
                Interlocked.Increment(ref arrived);
                group.Barrier(root);
                Assert.True(Volatile.Read(ref arrived) >= (root + 1) * hosts.Length);
                group.Barrier(root);
            }
        });
    }

    [Theory]
    [InlineData("AAB", 3)]
    [InlineData("AABB", 5)]
    [InlineData("ABBCC", 7)]
    public void AllReduce_RandomSchedules_GiveTheTreesBits(string hosts, int replicas) =>
        ScheduleTests.RunGroup(hosts.Length, replicas, [700, 30_000, 90_000], steps: 150, seed: 20_261_124 + replicas,
            TransportKind.Automatic, options => Members.OnHosts(hosts, options));
}
