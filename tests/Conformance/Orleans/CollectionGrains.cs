using Orleans;

namespace SeqCluster.OrleansConformance;

/// <summary>Members declared by interfaces: what a collection expression makes of them is the compiler's own type.</summary>
[GenerateSerializer]
public sealed record Basket
{
    [Id(0)]
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    [Id(1)]
    public IEnumerable<int> Numbers { get; init; } = [];

    [Id(2)]
    public IReadOnlyCollection<string> Words { get; init; } = [];

    [Id(3)]
    public IList<int> Changeable { get; init; } = [];

    [Id(4)]
    public ICollection<int> Counted { get; init; } = [];

    [Id(5)]
    public ISet<int>? Set { get; init; }

    [Id(6)]
    public IReadOnlySet<int>? ReadOnlySet { get; init; }

    [Id(7)]
    public IReadOnlyDictionary<string, Node>? Named { get; init; }

    [Id(8)]
    public IDictionary<string, IReadOnlyList<Node>>? Lists { get; init; }
}

public interface IBasketGrain : IGrainWithStringKey
{
    Task<Basket> EchoAsync(Basket basket);

    Task<IReadOnlyList<Node>> NodesAsync(IReadOnlyList<Node> nodes);

    Task<object> AnythingAsync(object anything);

    /// <summary>A collection expression of that many nodes, as the result.</summary>
    Task<IReadOnlyList<Node>> MadeAsync(int count);
}

public class BasketGrain : Grain, IBasketGrain
{
    public Task<Basket> EchoAsync(Basket basket) => Task.FromResult(basket);

    public Task<IReadOnlyList<Node>> NodesAsync(IReadOnlyList<Node> nodes) => Task.FromResult(nodes);

    public Task<object> AnythingAsync(object anything) => Task.FromResult(anything);

    public Task<IReadOnlyList<Node>> MadeAsync(int count) => Task.FromResult<IReadOnlyList<Node>>(
        count == 1 ? [new Node { Number = 1 }] : [.. Enumerable.Range(1, count).Select(number => new Node { Number = number })]);
}
