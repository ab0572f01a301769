using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Tests.Topology;

public sealed class ReplicaTreeTests
{
    public static TheoryData<int> AllReplicas() => [.. Enumerable.Range(1, 32)];

    [Theory]
    [MemberData(nameof(AllReplicas))]
    public void Plan_EveryWorkerCount_SpellsTheSameTree(int replicas)
    {
        var expected = Spell(new ReplicaRange(0, replicas));
        for (var workers = 1; workers <= replicas; workers++)
        {
            var tree = new ReplicaTree(replicas, workers);
            var contributed = tree.Workers.SelectMany(Stream).ToArray();
            Assert.Equal(tree.OperandCount, contributed.Length);
            Assert.Equal(expected, Complete(tree.Completion, contributed));
        }
    }

    [Theory]
    [MemberData(nameof(AllReplicas))]
    public void Plan_EveryWorkerCount_CoversEveryReplicaOnceWithMaximalSubtrees(int replicas)
    {
        for (var workers = 1; workers <= replicas; workers++)
        {
            var tree = new ReplicaTree(replicas, workers);
            Assert.Equal(Enumerable.Range(0, replicas), tree.Workers.SelectMany(plan => plan.Partials).SelectMany(Members));
            foreach (var plan in tree.Workers)
            {
                Assert.Equal(plan.Rank * replicas / workers, plan.Replicas.First);
                Assert.Equal((plan.Rank + 1) * replicas / workers, plan.Replicas.Last);
                // Were both halves of a node contributed by one worker, the node itself would be the maximal subtree.
                Assert.DoesNotContain(Nodes(new ReplicaRange(0, replicas)), node => node.Count > 1
                    && plan.Partials.Contains(new ReplicaRange(node.First, (node.First + node.Last) / 2))
                    && plan.Partials.Contains(new ReplicaRange((node.First + node.Last) / 2, node.Last)));
            }
        }
    }

    [Fact]
    public void BufferCount_OneSubtree_IsLogarithmPlusOne()
    {
        for (var replicas = 1; replicas <= 512; replicas++)
            Assert.Equal((int)Math.Ceiling(Math.Log2(replicas)) + 1, new ReplicaTree(replicas, 1).Workers[0].BufferCount);
    }

    [Fact]
    public void BufferCount_AnyWorker_StaysLogarithmic()
    {
        for (var replicas = 1; replicas <= 256; replicas++)
        {
            for (var workers = 1; workers <= Math.Min(replicas, 16); workers++)
            {
                foreach (var plan in new ReplicaTree(replicas, workers).Workers)
                    Assert.InRange(plan.BufferCount, 1, 2 * (int)Math.Ceiling(Math.Log2(plan.Replicas.Count)) + 1);
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 0)]
    [InlineData(1025, 1)]
    public void Tree_WorkersOrReplicasOutOfRange_IsRefused(int replicas, int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplicaTree(replicas, workers));

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(5_000, 3, 1)]
    [InlineData(1_048_577, 7, 1)]
    [InlineData(1_048_577, 7, 4)]
    [InlineData(100, 5, 16)]
    public void Chunks_AnySize_CoverTheBucketInWholeGranules(int elements, int workers, int granule)
    {
        var map = new ChunkMap(elements, workers, granule);
        Assert.True(map.PaddedElements >= elements && map.PaddedElements - elements <= 1024);
        Assert.Equal(map.Blocks, Enumerable.Range(0, workers).Sum(map.BlockCount));
        for (var rank = 0; rank < workers; rank++)
            Assert.True(map.FirstBlock(rank) % granule == 0 || map.FirstBlock(rank) == map.Blocks);
    }

    /// <summary>What a worker contributes, replayed from its plan with strings for vectors.</summary>
    private static IEnumerable<string> Stream(WorkerPlan plan)
    {
        var stack = new List<string>();
        for (var replica = plan.Replicas.First; replica < plan.Replicas.Last; replica++)
        {
            stack.Add($"{replica}");
            Assert.True(stack.Count <= plan.BufferCount);
            for (var joins = plan.JoinsAfter(replica); joins > 0; joins--)
            {
                var right = stack[^1];
                stack.RemoveAt(stack.Count - 1);
                stack[^1] = $"({stack[^1]}+{right})";
            }
        }
        Assert.Equal(plan.Partials.Select(Spell), stack);
        return stack;
    }

    private static string Complete(TreeNode node, string[] operands) =>
        node.IsLeaf ? operands[node.Operand] : $"({Complete(node.Left, operands)}+{Complete(node.Right, operands)})";

    private static string Spell(ReplicaRange node)
    {
        if (node.Count == 1)
            return $"{node.First}";
        var middle = (node.First + node.Last) / 2;
        return $"({Spell(new ReplicaRange(node.First, middle))}+{Spell(new ReplicaRange(middle, node.Last))})";
    }

    private static IEnumerable<int> Members(ReplicaRange range) => Enumerable.Range(range.First, range.Count);

    private static IEnumerable<ReplicaRange> Nodes(ReplicaRange node)
    {
        yield return node;
        if (node.Count == 1)
            yield break;
        var middle = (node.First + node.Last) / 2;
        foreach (var inner in Nodes(new ReplicaRange(node.First, middle)).Concat(Nodes(new ReplicaRange(middle, node.Last))))
            yield return inner;
    }
}
