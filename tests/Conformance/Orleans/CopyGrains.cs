using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace SeqCluster.OrleansConformance;

[GenerateSerializer]
public class Node
{
    [Id(0)]
    public int Number { get; set; }

    [Id(1)]
    public string? Text { get; set; }

    [Id(2)]
    public List<Node?> Children { get; private set; } = [];

    [Id(3)]
    public Dictionary<string, Node> Named { get; init; } = [];

    [Id(4)]
    public Node? Other;

    [Id(5)]
    public Leaf? Leaf { get; set; }

    [Id(6)]
    public object? Anything { get; set; }
}

[GenerateSerializer]
public class SpecialNode : Node
{
    [Id(0)]
    private double hidden;

    [Id(1)]
    public Pair<Node?, int[]> Both { get; set; }

    public double Hidden
    {
        get => hidden;
        set => hidden = value;
    }
}

[GenerateSerializer]
public sealed record Leaf(string Name, ImmutableArray<byte> Bytes, Kind Kind)
{
    [Id(0)]
    public DateTimeOffset At { get; set; }
}

[GenerateSerializer]
public record struct Pair<TFirst, TSecond>(TFirst First, TSecond Second);

[GenerateSerializer, Immutable]
public sealed class Frozen
{
    [Id(0)]
    public List<int> Numbers { get; init; } = [];
}

[GenerateSerializer]
public enum Kind
{
    Oak,
    Beech,
}

public sealed class Unannotated
{
    public int Number { get; set; }
}

public interface ICopyGrain : IGrainWithStringKey
{
    Task<Node> KeepAsync(Node node);

    Task<Node> KeptAsync();

    Task<bool> IsKeptAsync([Immutable] Node node);

    Task<object?> EchoAsync(object? value);

    Task<bool> AreSameAsync(Node first, Node second);

    ValueTask<Immutable<List<int>>> EchoImmutableAsync(Immutable<List<int>> value);

    Task<ICopyGrain> ReferenceAsync(ICopyGrain grain);

    Task<ICopyGrain> SelfAsync();

    Task FailAsync(string message);

    Task<(int A, string B)> TupleAsync((int A, string B) value);

    Task<Guid?> NullableAsync(Guid? value);

    Task<string?> TagAsync();
}

public class CopyGrain : Grain, ICopyGrain
{
    private Node kept = new();

    public Task<Node> KeepAsync(Node node) => Task.FromResult(kept = node);

    public Task<Node> KeptAsync() => Task.FromResult(kept);

    public Task<bool> IsKeptAsync(Node node)
    {
        bool isSame = ReferenceEquals(node, kept);
        kept = node;
        return Task.FromResult(isSame);
    }

    public Task<object?> EchoAsync(object? value) => Task.FromResult(value);

    public Task<bool> AreSameAsync(Node first, Node second) => Task.FromResult(ReferenceEquals(first, second));

    public ValueTask<Immutable<List<int>>> EchoImmutableAsync(Immutable<List<int>> value) => new(value);

    public Task<ICopyGrain> ReferenceAsync(ICopyGrain grain) => Task.FromResult(grain);

    public Task<ICopyGrain> SelfAsync() => Task.FromResult<ICopyGrain>(this);

    public Task FailAsync(string message) => throw new InvalidDataException(message);

    public Task<(int A, string B)> TupleAsync((int A, string B) value) => Task.FromResult(value);

    public Task<Guid?> NullableAsync(Guid? value) => Task.FromResult(value);

    public Task<string?> TagAsync() => Task.FromResult(Orleans.Runtime.RequestContext.Get("tag") as string);
}
