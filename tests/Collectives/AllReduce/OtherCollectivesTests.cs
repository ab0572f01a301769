using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Collectives.Tests.AllReduce;

public sealed class OtherCollectivesTests
{
    public static TheoryData<TransportKind, int> Groups() => new()
    {
        { TransportKind.SharedMemory, 2 }, { TransportKind.SharedMemory, 3 }, { TransportKind.SharedMemory, 5 },
        { TransportKind.Tcp, 1 }, { TransportKind.Tcp, 2 }, { TransportKind.Tcp, 3 }, { TransportKind.Tcp, 5 },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public void ReduceScatter_ThenOwnersChangeTheirChunk_AllGatherGivesItToAll(TransportKind transport, int workers)
    {
        int[] sizes = [1, 3_000, 50_000];
        Members.Run(transport, workers, workers + 2, sizes, group =>
        {
            for (var step = 5; step < 9; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    AllReduceTests.AddReplicas(group, bucket, step);
                    group.ReduceScatter(bucket);
                    var expected = Gradients.TreeSum(r => Gradients.Of(bucket.Elements, r, step, bucket.Index), 0, workers + 2);
                    Assert.Equal(Gradients.TreeSum(r => Gradients.SidesOf(r, step), 0, workers + 2), bucket.Sides);
                    Assert.Equal(Gradients.SumOfSquares(expected), bucket.SumOfSquares);
                    var chunk = bucket.OwnChunk;
                    for (var i = 0; i < chunk.Length; i++)
                    {
                        Assert.Equal(expected[bucket.OwnChunkStart + i], chunk[i]);
                        chunk[i] = -2 * chunk[i];
                    }
                    group.AllGather(bucket);
                    Assert.True(Gradients.SameBits([.. expected.Select(value => -2 * value)], bucket.Sum));
                }
            }
        }, options => options with { Norms = true });
    }

    /// <summary>Each round of a reduction is told once, whichever way the bucket is reduced.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void Reduction_EachRound_IsTold(int elements)
    {
        var told = new List<(CollectivePhase, long)>[2];
        Members.Run(TransportKind.SharedMemory, 2, 3, [elements], group =>
        {
            for (var step = 1; step <= 3; step++)
            {
                AllReduceTests.AddReplicas(group, group.Buckets[0], step);
                group.AllReduce(group.Buckets[0]);
            }
        }, options =>
        {
            var own = told[options.Rank] = [];
            return options with { PhasePoint = (phase, step) => own.Add((phase, step)) };
        });
        Assert.All(told, own => Assert.Equal(
            [(CollectivePhase.Reduce, 1), (CollectivePhase.Gather, 1), (CollectivePhase.Reduce, 2), (CollectivePhase.Gather, 2), (CollectivePhase.Reduce, 3), (CollectivePhase.Gather, 3)], own));
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Broadcast_AnyLengthAnyRoot_GivesEveryoneTheRootsBytes(TransportKind transport, int workers)
    {
        int[] lengths = [0, 1, 4_095, 262_144, 262_145, 1_500_001];
        Members.Run(transport, workers, workers, [10], group =>
        {
            for (var round = 0; round < 2 * lengths.Length; round++)
            {
                var root = round % workers;
                var data = new byte[lengths[round % lengths.Length]];
                if (group.Rank == root)
                    new Random(round).NextBytes(data);
                group.Broadcast(round, root, data);
                var expected = new byte[data.Length];
                new Random(round).NextBytes(expected);
                Assert.True(expected.AsSpan().SequenceEqual(data), $"round {round}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Broadcast_DifferentLengths_IsAProtocolLossNotAHang(TransportKind transport, int workers)
    {
        if (workers == 1)
            return;
        var failures = Members.RunEach(transport, workers, workers, [10],
            group => group.Broadcast(0, 0, new byte[group.Rank == 0 ? 100 : 200]));
        Assert.Contains(failures, failure => failure is PeerLostException { Rank: 0, Phase: CollectivePhase.Broadcast, Cause: PeerLossCause.Protocol });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void PassOn_AnyLengths_GivesEveryoneTheBytesOfTheRankBefore(TransportKind transport, int workers)
    {
        if (workers == 1)
            return;
        int[] lengths = [0, 1, 262_144, 262_145, 1_500_001, 17];
        Members.Run(transport, workers, workers, [10], group =>
        {
            for (var round = 0; round < 2 * lengths.Length; round++)
            {
                byte[] BytesOf(int rank)
                {
                    var bytes = new byte[lengths[(round + rank) % lengths.Length]];
                    new Random((round * workers) + rank).NextBytes(bytes);
                    return bytes;
                }

                var expected = BytesOf((group.Rank + workers - 1) % workers);
                var got = new byte[expected.Length];
                group.PassOn(round, BytesOf(group.Rank), got, lengths.Max());
                Assert.True(expected.AsSpan().SequenceEqual(got), $"round {round}");
                group.Broadcast(round, round % workers, got.AsSpan(0, 0));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void PassOn_AnotherLengthThanExpected_IsAProtocolLossNotAHang(TransportKind transport, int workers)
    {
        if (workers == 1)
            return;
        var failures = Members.RunEach(transport, workers, workers, [10],
            group => group.PassOn(0, new byte[100], new byte[group.Rank == 1 ? 200 : 100], 200));
        Assert.Contains(failures, failure => failure is PeerLostException { Rank: 0, Phase: CollectivePhase.PassOn or CollectivePhase.Broadcast, Cause: PeerLossCause.Protocol });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Barrier_NobodyLeavesBeforeTheLastArrives(TransportKind transport, int workers)
    {
        var arrived = 0;
        Members.Run(transport, workers, workers, [10], group =>
        {
            for (var round = 1; round <= 20; round++)
            {
                Interlocked.Increment(ref arrived);
                group.Barrier(round);
                Assert.True(Volatile.Read(ref arrived) >= round * workers);
                group.Barrier(round);
            }
        });
        Assert.Equal(20 * workers, arrived);
    }

    [Fact]
    public void Norms_AnyWorkerCount_AreTheSameBits()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<double>();
        foreach (var workers in new[] { 1, 2, 3, 5, 6 })
        {
            foreach (var transport in new[] { TransportKind.SharedMemory, TransportKind.Tcp })
            {
                Members.Run(transport, workers, 6, [70_001], group =>
                {
                    AllReduceTests.AddReplicas(group, group.Buckets[0], 1);
                    group.AllReduce(group.Buckets[0]);
                    seen.Add(group.Buckets[0].SumOfSquares);
                }, options => options with { Norms = true });
            }
        }
        Assert.Equal(2 * (1 + 2 + 3 + 5 + 6), seen.Count);
        Assert.Single(seen.Distinct());
        Assert.True(seen.First() > 0);
    }

    [Fact]
    public void Bucket_MisusedByTheCaller_SaysWhatIsWrong()
    {
        Members.Run(TransportKind.Tcp, 1, 2, [5], group =>
        {
            var bucket = group.Buckets[0];
            Assert.Throws<InvalidOperationException>(() => bucket.AddReplica());
            bucket.Open(3);
            bucket.AddReplica([1, 2, 3, 4, 5]);
            Assert.Contains("every replica", Assert.Throws<InvalidOperationException>(() => group.AllReduce(bucket)).Message, StringComparison.Ordinal);
            Assert.Contains("4 elements", Assert.Throws<ArgumentException>(() => bucket.AddReplica([1, 2, 3, 4])).Message, StringComparison.Ordinal);
            bucket.AddReplica([1, 2, 3, 4, 5]);
            Assert.Throws<InvalidOperationException>(() => bucket.AddReplica([1, 2, 3, 4, 5]));
            group.Begin(bucket);
            Assert.Contains("under way", Assert.Throws<InvalidOperationException>(() => group.Barrier(3)).Message, StringComparison.Ordinal);
            group.Complete(bucket);
            Assert.Equal([2, 4, 6, 8, 10], bucket.Sum.ToArray());
            Assert.Contains("not later", Assert.Throws<InvalidOperationException>(() => bucket.Open(3)).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => group.Complete(bucket));
            Assert.Throws<InvalidOperationException>(() => group.AllGather(bucket));
        });
    }
}
