using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

// The records of this suite. Public and at top level, because the original's generated code must reach them.

public enum Phase : byte
{
    Idle,
    Training,
    Parked = 200,
}

public enum Wide : long
{
    None,
    Huge = long.MinValue,
}

[MessagePackObject]
public sealed record Heartbeat(
    [property: Key(0)] int Rank,
    [property: Key(1)] long Step,
    [property: Key(2)] string Worker,
    [property: Key(3)] float Loss,
    [property: Key(4)] bool IsReady,
    [property: Key(5)] DateTime At,
    [property: Key(6)] string? Note,
    [property: Key(7)] byte[] Token,
    [property: Key(8)] List<int> Replicas);

[MessagePackObject]
public sealed class Gaps
{
    [Key(4)]
    public int Fourth { get; set; }

    [Key(1)]
    public string? First { get; set; }
}

[MessagePackObject(true)]
public sealed class ByName
{
    public long Step { get; set; }

    public string? Name { get; set; }

    [IgnoreMember]
    public string Ignored { get; set; } = "as it was";
}

[MessagePackObject]
public sealed class ByKey
{
    [Key("s")]
    public long Step { get; set; }

    [Key("n")]
    public string? Name { get; set; }
}

[Union(0, typeof(Stop))]
[Union(1, typeof(Resize))]
public interface ICommand;

[MessagePackObject]
public sealed record Stop([property: Key(0)] string Reason) : ICommand;

[MessagePackObject]
public readonly record struct Resize([property: Key(0)] int Width, [property: Key(1)] int Height) : ICommand;

/// <summary>A command that the union does not name.</summary>
[MessagePackObject]
public sealed record Unnamed([property: Key(0)] int Value) : ICommand;

[Union(3, typeof(Circle))]
[Union(10, typeof(Square))]
[MessagePackObject]
public abstract class Figure
{
    [Key(0)]
    public string? Color { get; set; }
}

[MessagePackObject]
public sealed class Circle : Figure
{
    [Key(1)]
    public double Radius { get; set; }
}

[MessagePackObject]
public sealed class Square : Figure
{
    [Key(1)]
    public double Side { get; set; }
}

[MessagePackObject]
public sealed class Chain
{
    [Key(0)]
    public Chain? Next { get; set; }
}

[MessagePackObject]
public sealed class Box<T>
{
    [Key(0)]
    public T? Content { get; set; }
}

/// <summary>Immutable, made through the constructor that is marked; the other one must not be called.</summary>
[MessagePackObject]
public sealed class Marked
{
    public Marked(string name, int count) => throw new InvalidOperationException($"{name} {count}: not this constructor.");

    [SerializationConstructor]
    public Marked(string name) => Name = name;

    [Key(0)]
    public string Name { get; }

    [Key(1)]
    public int Count { get; set; }
}

[MessagePackObject]
public sealed class WithInit
{
    [Key(0)]
    public required string Name { get; init; }

    [Key(1)]
    public int? Count { get; init; }

    [Key(2)]
    public Phase Phase { get; set; } = Phase.Parked;
}

[MessagePackObject]
public struct Plain
{
    [Key(0)]
    public int Field;

    [Key(1)]
    public double Property { get; set; }
}

[MessagePackObject]
public sealed class Counted : IMessagePackSerializationCallbackReceiver
{
    [Key(0)]
    public int Value { get; set; }

    [IgnoreMember]
    public int Written { get; private set; }

    [IgnoreMember]
    public int Read { get; private set; }

    public void OnBeforeSerialize() => Written++;

    public void OnAfterDeserialize() => Read = Value;
}

/// <summary>Has no annotation at all.</summary>
public sealed class Unannotated
{
    public int Value { get; set; }
}

// The same record as three releases of a program would have it.

[MessagePackObject]
public sealed record Job1([property: Key(0)] string Name);

[MessagePackObject]
public sealed record Job2([property: Key(0)] string Name, [property: Key(1)] int Workers, [property: Key(3)] List<string>? Labels);

[MessagePackObject]
public sealed class Job3
{
    [Key(0)]
    public string? Name { get; set; }

    [Key(2)]
    public Dictionary<string, Resize>? Sizes { get; set; }

    [Key(3)]
    public List<string>? Labels { get; set; }

    [Key(5)]
    public double Rate { get; set; } = 0.5;
}

[MessagePackObject(true)]
public sealed class NamedJob
{
    public int Workers { get; set; } = 4;

    public string? Name { get; set; }
}
