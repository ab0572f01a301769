using System.Collections.Frozen;
using Orleans;
using Orleans.Serialization;

namespace SeqCluster.OrleansConformance;

/// <summary>
/// Members, arguments and results that are declared by a collection interface: a collection expression gives them an object
/// of a type of the compiler's own, which nothing can be registered for.
/// </summary>
public sealed class CollectionTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private IBasketGrain Grain => silo.Grains.GetGrain<IBasketGrain>(Guid.NewGuid().ToString());

    [Fact]
    public async Task Members_OfCollectionExpressions_ArriveAsLists()
    {
        var node = new Node { Number = 5 };
        Basket one = await Grain.EchoAsync(new Basket { Nodes = [node], Numbers = [1], Words = ["a"], Changeable = [1], Counted = [1] });
        Assert.IsType<List<Node>>(one.Nodes);
        Assert.Equal(5, one.Nodes.Single().Number);
        Assert.NotSame(node, one.Nodes[0]);
        Assert.Equal([1], Assert.IsType<List<int>>(one.Numbers));
        Assert.Equal(["a"], Assert.IsType<List<string>>(one.Words));
        Assert.Equal([1], one.Changeable);
        Assert.Equal([1], one.Counted);

        Basket many = await Grain.EchoAsync(new Basket { Nodes = [node, node], Numbers = [1, 2, 3], Words = [.. one.Words, "b"] });
        Assert.Same(many.Nodes[0], many.Nodes[1]);
        Assert.Equal([1, 2, 3], many.Numbers);
        Assert.Equal(["a", "b"], many.Words);
        Assert.Empty((await Grain.EchoAsync(new Basket())).Nodes);
    }

    [Fact]
    public async Task Members_OfQueriesAndOtherTypes_ArriveAsTheirInterfacesOwn()
    {
        var node = new Node { Number = 5 };
        Basket basket = await Grain.EchoAsync(new Basket
        {
            Numbers = Enumerable.Range(0, 9).Where(number => number % 4 == 0),
            Set = new[] { 1, 2 }.ToFrozenSet(),
            ReadOnlySet = new[] { 3 }.ToFrozenSet(),
            Named = new Dictionary<string, Node> { ["a"] = node },
            Lists = new SortedList<string, IReadOnlyList<Node>> { ["b"] = [node, node] },
        });
        Assert.Equal([0, 4, 8], Assert.IsType<List<int>>(basket.Numbers));
        Assert.Equal([1, 2], basket.Set!.Order());
        Assert.Equal([3], basket.ReadOnlySet!);
        Assert.NotSame(node, basket.Named!["a"]);
        Assert.Equal(2, Assert.IsType<List<Node>>(Assert.IsType<SortedList<string, IReadOnlyList<Node>>>(basket.Lists)["b"]).Count);
        Assert.Same(basket.Named["a"], basket.Lists!["b"][1]);
    }

    [Fact]
    public async Task ArgumentsAndResults_OfCollectionExpressions_ArriveAsLists()
    {
        var node = new Node { Number = 5 };
        Assert.Equal(5, Assert.IsType<List<Node>>(await Grain.NodesAsync([node]))[0].Number);
        Assert.Equal(2, Assert.IsType<List<Node>>(await Grain.NodesAsync([node, node])).Count);
        Assert.IsType<Node[]>(await Grain.NodesAsync(new[] { node }));
        for (int count = 0; count < 4; count++)
        {
            Assert.Equal(Enumerable.Range(1, count), (await Grain.MadeAsync(count)).Select(made => made.Number));
        }
    }

    [Fact]
    public async Task CollectionExpression_DeclaredAsObject_IsRefused()
    {
        IReadOnlyList<int> numbers = [1, 2];
        await Assert.ThrowsAsync<CodecNotFoundException>(async () => await Grain.AnythingAsync(numbers));
    }
}
