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
}

public interface IBasketGrain : IGrainWithStringKey
{
    Task<Basket> EchoAsync(Basket basket);

    Task<IReadOnlyList<Node>> NodesAsync(IReadOnlyList<Node> nodes);

    Task<IReadOnlyList<Node>> OwnAsync(int count);

    Task<string> ReadAsync(Basket basket);
}

public class BasketGrain : Grain, IBasketGrain
{
    public Task<Basket> EchoAsync(Basket basket) => Task.FromResult(basket);

    public Task<IReadOnlyList<Node>> NodesAsync(IReadOnlyList<Node> nodes) => Task.FromResult(nodes);

    public Task<IReadOnlyList<Node>> OwnAsync(int count) =>
        Task.FromResult<IReadOnlyList<Node>>(count == 1 ? [new Node()] : [.. Enumerable.Range(0, count).Select(n => new Node { Number = n })]);

    public Task<string> ReadAsync(Basket basket) => Task.FromResult(
        $"{basket.Nodes.Count} {string.Join(' ', basket.Numbers)} {string.Join(' ', basket.Words)} {basket.Changeable.Count}");
}
