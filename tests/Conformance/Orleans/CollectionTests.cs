using Orleans;
using Orleans.Serialization;

namespace SeqCluster.OrleansConformance;

/// <summary>Collection expressions, which are objects of the compiler's own types where the target is an interface.</summary>
public sealed class CollectionTests(SiloFixture silo, Xunit.Abstractions.ITestOutputHelper output) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Probe_All()
    {
        var g = silo.Grains.GetGrain<IBasketGrain>("x");
        var node = new Node { Number = 5 };
        async Task Try(string what, Func<Task<object>> f)
        {
            try { object r = await f(); output.WriteLine($"{what}: {r} {r.GetType()}"); }
            catch (Exception e) { output.WriteLine($"{what}: {e.GetType()} {e.Message}"); }
        }
        int[] three = [1, 2, 3];
        var wrapped = new Node[] { node };
        await Try("empty", async () => (await g.EchoAsync(new Basket())).Nodes);
        await Try("one node", async () => { var r = (await g.EchoAsync(new Basket { Nodes = [node] })).Nodes; return r.GetType() + " same " + ReferenceEquals(r[0], node); });
        await Try("two nodes", async () => (await g.EchoAsync(new Basket { Nodes = [node, node] })).Nodes);
        await Try("spread nodes", async () => (await g.EchoAsync(new Basket { Nodes = [.. wrapped.Where(n => true)] })).Nodes);
        await Try("numbers empty", async () => (await g.EchoAsync(new Basket { Numbers = [] })).Numbers);
        await Try("numbers one", async () => (await g.EchoAsync(new Basket { Numbers = [1] })).Numbers);
        await Try("numbers 3", async () => (await g.EchoAsync(new Basket { Numbers = [1, 2, 3] })).Numbers);
        await Try("numbers linq", async () => (await g.EchoAsync(new Basket { Numbers = three.Where(n => n > 1) })).Numbers);
        await Try("numbers range", async () => (await g.EchoAsync(new Basket { Numbers = Enumerable.Range(0, 3) })).Numbers);
        await Try("words", async () => (await g.EchoAsync(new Basket { Words = ["a", "b"] })).Words);
        await Try("ilist", async () => (await g.EchoAsync(new Basket { Changeable = [1, 2] })).Changeable);
        await Try("arg", async () => await g.NodesAsync([node, node]));
        await Try("arg one", async () => await g.NodesAsync([node]));
        await Try("arg array", async () => await g.NodesAsync(new[] { node }));
        await Try("arg list", async () => await g.NodesAsync(new List<Node> { node }));
        await Try("arg asreadonly", async () => await g.NodesAsync(new List<Node> { node }.AsReadOnly()));
        await Try("own one", async () => await g.OwnAsync(1));
        await Try("own three", async () => await g.OwnAsync(3));
        await Try("own empty", async () => await g.OwnAsync(0));
        await Try("read", async () => await g.ReadAsync(new Basket { Nodes = [node], Numbers = [1, 2], Words = ["a"], Changeable = [1] }));
    }
}
