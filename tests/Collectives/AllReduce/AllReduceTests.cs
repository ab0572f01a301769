using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Collectives.Tests.AllReduce;

public sealed class AllReduceTests
{
    private static readonly int[] Sizes = [0, 1, 7, 1_009, 1_023, 1_024, 1_025, 4_099, 8_192, 8_193, 20_011, 65_537];

    public static TheoryData<TransportKind, int, int> Shapes()
    {
        var shapes = new TheoryData<TransportKind, int, int>();
        foreach (var transport in new[] { TransportKind.SharedMemory, TransportKind.Tcp })
        {
            foreach (var replicas in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 16 })
            {
                foreach (var workers in new[] { 1, 2, 3, 4, 5, 7, 8 }.Where(workers => workers <= replicas))
                    shapes.Add(transport, workers, replicas);
            }
        }
        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AllReduce_AnyShape_EqualsTheTreeBitForBit(TransportKind transport, int workers, int replicas)
    {
        const int Steps = 3;
        var expected = Enumerable.Range(0, Steps)
            .Select(step => Sizes.Select((size, bucket) => Gradients.TreeSum(r => Gradients.Of(size, r, step, bucket), 0, replicas)).ToArray())
            .ToArray();
        Members.Run(transport, workers, replicas, Sizes, group =>
        {
            for (var step = 0; step < Steps; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    AddReplicas(group, bucket, step);
                    group.Begin(bucket);
                }
                foreach (var bucket in group.Buckets)
                {
                    group.Complete(bucket);
                    Assert.True(Gradients.SameBits(expected[step][bucket.Index], bucket.Sum), $"bucket {bucket.Index} step {step} rank {group.Rank}");
                    Assert.Equal(Gradients.TreeSum(r => Gradients.SidesOf(r, step), 0, replicas), bucket.Sides);
                    Assert.Equal(Gradients.SumOfSquares(bucket.Sum), bucket.SumOfSquares);
                }
            }
        }, options => options with { Norms = true });
    }

    internal static void AddReplicas(CollectiveGroup group, GradientBucket bucket, long step)
    {
        bucket.Open(step);
        for (var replica = group.Plan.Replicas.First; replica < group.Plan.Replicas.Last; replica++)
            bucket.AddReplica(Gradients.Of(bucket.Elements, replica, step, bucket.Index), Gradients.SidesOf(replica, step));
    }
}
