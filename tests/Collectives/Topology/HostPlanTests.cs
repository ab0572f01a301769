using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Tests.Topology;

public sealed class HostPlanTests
{
    [Fact]
    public void Combined_NeighboursOfOneHost_IsTheNodeThatTheyMakeTogether()
    {
        var plan = Plan("AABB", replicas: 4, rank: 1);
        Assert.Equal([new ReplicaRange(0, 2)], plan.Combined);
        Assert.False(Assert.Single(plan.Combinations).IsLeaf);
        // Two partial sums of this host, read in place, and one combined sum of the other.
        Assert.Equal([0, 1, 3], plan.Sources.Select(source => source.Rank));
        Assert.Equal([new ReplicaRange(2, 4)], plan.Sources[2].Sums);
    }

    [Theory]
    [InlineData("ABAB", 4)]
    [InlineData("ABBA", 4)]
    public void Combined_MembersThatMakeNoNode_StaysApart(string hosts, int replicas)
    {
        var plan = Plan(hosts, replicas, rank: 0);
        Assert.Equal(2, plan.Combined.Count);
        Assert.All(plan.Combinations, node => Assert.True(node.IsLeaf));
    }

    /// <summary>Every host's operands, whoever looks at them, spell the one tree; no sum is combined that is not a node of it.</summary>
    [Fact]
    public void Completion_AnyPlacement_SpellsTheSameTree()
    {
        var random = new Random(5);
        for (var round = 0; round < 400; round++)
        {
            var workers = random.Next(1, 9);
            var replicas = workers + random.Next(0, 12);
            var hosts = string.Concat(Enumerable.Range(0, workers).Select(_ => (char)('A' + random.Next(4))));
            for (var rank = 0; rank < workers; rank++)
            {
                var plan = Plan(hosts, replicas, rank);
                var operands = plan.Sources.SelectMany(source => source.Sums).ToArray();
                Assert.Equal(plan.OperandCount, operands.Length);
                Assert.Equal(new ReplicaRange(0, replicas), Spell(plan.Completion, operands));
                for (var sum = 0; sum < plan.Combined.Count; sum++)
                    Assert.Equal(plan.Combined[sum], Spell(plan.Combinations[sum], operands));
            }
        }
    }

    [Fact]
    public void Delegate_AnyPlacement_IsOfTheHostAndSharesTheOwnersOut()
    {
        foreach (var hosts in new[] { "AABB", "AAABBB", "ABABCC", "AAAAB" })
        {
            for (var rank = 0; rank < hosts.Length; rank++)
            {
                var plan = Plan(hosts, hosts.Length, rank);
                var others = Enumerable.Range(0, hosts.Length).Where(owner => hosts[owner] != hosts[rank]).ToArray();
                Assert.Equal(others, plan.Locals.SelectMany(plan.OwnersOf).Order());
                Assert.All(others, owner => Assert.Contains(plan.Delegate(plan.Host, owner), plan.Locals));
                Assert.All(plan.Locals, local => Assert.True(
                    plan.OwnersOf(local).Count() <= Enumerable.Range('A', 3).Sum(host => Share(others.Count(owner => hosts[owner] == host), plan.Locals.Count))));
            }
        }
    }

    private static int Share(int owners, int members) => (owners + members - 1) / members;

    private static HostPlan Plan(string hosts, int replicas, int rank) =>
        new(new ReplicaTree(replicas, hosts.Length), [.. hosts.Select(host => (int)host)], rank);

    // The range that a completion covers; throws where a sum is no node of the tree over R.
    private static ReplicaRange Spell(TreeNode node, IReadOnlyList<ReplicaRange> operands)
    {
        if (node.IsLeaf)
            return operands[node.Operand];
        var (left, right) = (Spell(node.Left, operands), Spell(node.Right, operands));
        Assert.Equal(left.Last, right.First);
        Assert.Equal((left.First + right.Last) / 2, left.Last);
        return new ReplicaRange(left.First, right.Last);
    }
}
