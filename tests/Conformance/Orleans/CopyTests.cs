using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization;
using Xunit.Abstractions;

namespace SeqCluster.OrleansConformance;

/// <summary>Arguments and results are deep copies.</summary>
public sealed class CopyTests(SiloFixture silo, ITestOutputHelper output) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Argument_ChangedAfterTheCall_GrainKeepsItsCopy()
    {
        var node = new Node { Number = 1, Text = "before" };
        ICopyGrain grain = New();
        Node returned = await grain.KeepAsync(node);
        node.Text = "after";
        returned.Text = "returned";
        Assert.Equal("before", (await grain.KeptAsync()).Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20260801)]
    [InlineData(77)]
    public async Task RandomGraph_ThereAndBack_IsEqualAndShareless(int seed)
    {
        output.WriteLine($"seed {seed}");
        for (int round = 0; round < 40; round++)
        {
            Node graph = GraphOf(new Random(seed + round), 60);
            var copy = (Node?)await New().EchoAsync(graph);
            AssertIsomorphic(graph, copy!);
        }
    }

    [Fact]
    public async Task SharedArgument_InTwoParameters_StaysShared()
    {
        var node = new Node();
        Assert.True(await New().AreSameAsync(node, node));
        Assert.False(await New().AreSameAsync(node, new Node()));
    }

    [Fact]
    public async Task ImmutableType_IsNotCopied()
    {
        var frozen = new Frozen { Numbers = [1, 2] };
        Assert.Same(frozen, await New().EchoAsync(frozen));
    }

    [Fact]
    public async Task ImmutableParameter_IsNotCopied()
    {
        ICopyGrain grain = New();
        var node = new Node();
        Assert.False(await grain.IsKeptAsync(node));
        Assert.True(await grain.IsKeptAsync(node));
    }

    [Fact]
    public async Task ImmutableWrapper_IsNotCopied()
    {
        List<int> numbers = [1, 2];
        Assert.Same(numbers, (await New().EchoImmutableAsync(new Immutable<List<int>>(numbers))).Value);
    }

    [Fact]
    public async Task LibraryTypes_ThereAndBack_AreEqual()
    {
        object[] values =
        [
            true, (byte)1, 'x', 1.5f, 2.5, 3m, "text", Kind.Beech, Guid.NewGuid(), new Uri("http://example.org/a"),
            new DateTime(2026, 8, 1, 0, 0, 0, DateTimeKind.Utc), DateTimeOffset.UnixEpoch, TimeSpan.FromTicks(7), new DateOnly(2026, 1, 2),
            new byte[] { 1, 2 }, new[] { "a", null }, new[,] { { 1, 2 }, { 3, 4 } }, new List<int> { 1, 2 },
            new HashSet<string> { "a" }, new Queue<int>([1, 2]), new Stack<int>([1, 2]), new SortedSet<int> { 3, 1 },
            new Dictionary<string, int> { ["a"] = 1 }, new SortedDictionary<string, int> { ["a"] = 1 },
            new SortedList<string, int> { ["a"] = 1 }, new ConcurrentDictionary<string, int>(new[] { KeyValuePair.Create("a", 1) }),
            new ReadOnlyCollection<int>([1]), new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["a"] = 1 }),
            ImmutableArray.Create(1, 2), ImmutableList.Create("a"), ImmutableHashSet.Create(1), ImmutableDictionary.CreateRange([KeyValuePair.Create("a", 1)]),
            ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("a", 1)]), (1, "b"), Tuple.Create(1, "b"), KeyValuePair.Create("k", 2),
        ];
        foreach (object value in values)
        {
            object? copy = await New().EchoAsync(value);
            Assert.Equal(value.GetType(), copy!.GetType());
            Assert.Equal(value, copy);
        }
    }

    [Fact]
    public async Task MutableCollections_OfNodes_AreCopiedDeeply()
    {
        var node = new Node { Number = 5 };
        object[] values =
        [
            new[] { node }, new List<Node> { node }, new Queue<Node>([node]), new Stack<Node>([node]), new HashSet<Node> { node },
            new Dictionary<int, Node> { [1] = node }, ImmutableArray.Create(node), ImmutableList.Create(node), Tuple.Create(node), (node, 1),
        ];
        foreach (object value in values)
        {
            Node copy = NodeIn((await New().EchoAsync(value))!);
            Assert.Equal(5, copy.Number);
            Assert.NotSame(node, copy);
        }
    }

    [Fact]
    public async Task Comparer_OfADictionary_IsKept()
    {
        var map = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 };
        Assert.Equal(1, ((Dictionary<string, int>)(await New().EchoAsync(map))!)["A"]);
    }

    [Fact]
    public async Task UnannotatedObject_IsRefused()
    {
        CodecNotFoundException refused =
            await Assert.ThrowsAsync<CodecNotFoundException>(async () => await New().EchoAsync(new Unannotated()));
        Assert.Contains(nameof(Unannotated), refused.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<SerializerException>(refused);
    }

    [Fact]
    public async Task GrainReference_AsArgument_IsTheSameGrain()
    {
        ICopyGrain grain = New();
        Assert.Equal(grain.GetGrainId(), (await New().ReferenceAsync(grain)).GetGrainId());
        Assert.Equal(grain, await New().ReferenceAsync(grain));
        ICopyGrain self = await grain.SelfAsync();
        Assert.IsAssignableFrom<GrainReference>(self);
        Assert.Equal(grain.GetPrimaryKeyString(), self.GetPrimaryKeyString());
    }

    [Fact]
    public async Task Exception_ReachesTheCaller()
    {
        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(() => New().FailAsync("the disk is full"));
        Assert.Equal("the disk is full", thrown.Message);
    }

    [Fact]
    public async Task TuplesAndNullables_ThereAndBack_AreEqual()
    {
        Assert.Equal((1, "b"), await New().TupleAsync((1, "b")));
        Assert.Null(await New().NullableAsync(null));
        Assert.Equal(Guid.Empty, await New().NullableAsync(Guid.Empty));
        Assert.Null(await New().EchoAsync(null));
    }

    [Fact]
    public async Task RequestContext_GoesDownTheChain_NotUp()
    {
        RequestContext.Set("tag", "blue");
        Assert.Equal("blue", await New().TagAsync());
        Assert.True(RequestContext.Remove("tag"));
        Assert.False(RequestContext.Remove("tag"));
        Assert.Null(await New().TagAsync());
    }

    private ICopyGrain New() => silo.Grains.GetGrain<ICopyGrain>(Guid.NewGuid().ToString());

    private static Node NodeIn(object value) => value switch
    {
        Dictionary<int, Node> map => map[1],
        Tuple<Node> tuple => tuple.Item1,
        ValueTuple<Node, int> tuple => tuple.Item1,
        _ => ((IEnumerable<Node>)value).Single(),
    };

    private static Node GraphOf(Random random, int size)
    {
        Node[] nodes = [.. Enumerable.Range(0, size).Select(number => random.Next(3) == 0
            ? new SpecialNode { Number = number, Hidden = random.NextDouble() }
            : new Node { Number = number })];
        foreach (Node node in nodes)
        {
            node.Text = random.Next(4) == 0 ? null : random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture);
            node.Children.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5) == 0 ? null : Any()));
            node.Named["x"] = Any();
            node.Other = random.Next(2) == 0 ? node : Any();
            node.Leaf = new Leaf($"leaf {node.Number}", [1, (byte)random.Next(256)], (Kind)random.Next(2)) { At = DateTimeOffset.UnixEpoch };
            node.Anything = random.Next(3) switch { 0 => Any(), 1 => random.Next(), _ => new List<object> { Any(), "text" } };
            if (node is SpecialNode special)
            {
                special.Both = new Pair<Node?, int[]>(Any(), [random.Next(), random.Next()]);
            }
        }

        return nodes[0];

        Node Any() => nodes[random.Next(size)];
    }

    // Walks both graphs together: each object must always meet the same partner, and no object of one may be in the other.
    private static void AssertIsomorphic(Node original, Node copy)
    {
        var partners = new Dictionary<object, object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(object? Original, object? Copy)>([(original, copy)]);
        while (open.TryPop(out (object? Original, object? Copy) pair))
        {
            if (pair.Original is null or string or int)
            {
                Assert.Equal(pair.Original, pair.Copy);
                continue;
            }

            if (partners.TryGetValue(pair.Original, out object? known))
            {
                Assert.Same(known, pair.Copy);
                continue;
            }

            Assert.NotSame(pair.Original, pair.Copy);
            Assert.Equal(pair.Original.GetType(), pair.Copy!.GetType());
            partners.Add(pair.Original, pair.Copy);
            switch (pair.Original, pair.Copy)
            {
                case (Node before, Node after):
                    Compare(before, after, open);
                    break;
                case (List<object> before, List<object> after):
                    Assert.Equal(before.Count, after.Count);
                    before.Zip(after).ToList().ForEach(p => open.Push((p.First, p.Second)));
                    break;
            }
        }

        Assert.DoesNotContain(partners.Values, partners.ContainsKey);
    }

    private static void Compare(Node before, Node after, Stack<(object? Original, object? Copy)> open)
    {
        Assert.Equal(before.Number, after.Number);
        Assert.Equal(before.Text, after.Text);
        Assert.Equal(before.Children.Count, after.Children.Count);
        Assert.NotSame(before.Children, after.Children);
        before.Children.Zip(after.Children).ToList().ForEach(p => open.Push((p.First, p.Second)));
        open.Push((before.Named["x"], after.Named["x"]));
        open.Push((before.Other, after.Other));
        open.Push((before.Anything, after.Anything));
        Assert.NotSame(before.Leaf, after.Leaf);
        Assert.Equal((before.Leaf!.Name, before.Leaf.Kind, before.Leaf.At), (after.Leaf!.Name, after.Leaf.Kind, after.Leaf.At));
        Assert.Equal(before.Leaf.Bytes.ToArray(), after.Leaf.Bytes.ToArray());
        if (before is SpecialNode one && after is SpecialNode two)
        {
            Assert.Equal(one.Hidden, two.Hidden);
            Assert.Equal(one.Both.Second, two.Both.Second);
            Assert.NotSame(one.Both.Second, two.Both.Second);
            open.Push((one.Both.First, two.Both.First));
        }
    }
}
