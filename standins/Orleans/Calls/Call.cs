using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Standin.Calls;

/// <summary>A message to a target: a call of a contract's method, or a piece of runtime work that takes its turn.</summary>
internal sealed class Call : IInvokable
{
    /// <summary>The method; null for runtime work.</summary>
    public GrainMethod? Method { get; init; }

    /// <summary>The arguments, already copied.</summary>
    public object?[] Arguments { get; init; } = [];

    /// <summary>Runtime work: a timer's tick or a step of an enumeration.</summary>
    public Func<object, ValueTask<object?>>? Work { get; init; }

    public GrainId TargetId { get; init; }

    public GrainId? SourceId { get; init; }

    /// <summary>The caller's request context.</summary>
    public Dictionary<string, object>? Context { get; init; }

    /// <summary>Null when nobody waits.</summary>
    public Reply? Reply { get; init; }

    public bool IsAlwaysInterleave { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>Whether the call makes the activation count as used.</summary>
    public bool IsKeepAlive { get; init; } = true;

    /// <summary>Whether the call belongs to one activation and is dropped, not forwarded, when that ends.</summary>
    public bool IsLocal { get; init; }

    /// <summary>How long the caller waits.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>When the caller stops waiting, on the clock's timestamp.</summary>
    public long Deadline { get; init; } = long.MaxValue;

    /// <summary>The source of the callee's cancellation token, for methods that take one.</summary>
    public CancellationTokenSource? Cancellation { get; init; }

    /// <summary>Whether the caller has gone (timed out or cancelled) before the call began.</summary>
    public bool IsAbandoned => Reply is { IsDone: true };

    public Guid? ReentrancyId =>
        Context is not null && Context.TryGetValue(RequestContext.ReentrancyKey, out object? id) ? (Guid)id : null;

    public int GetArgumentCount() => Arguments.Length;

    public object? GetArgument(int index) => Arguments[index];

    public void SetArgument(int index, object value) => Arguments[index] = value;

    public override string ToString() =>
        $"{SourceId?.ToString() ?? "runtime"} -> {TargetId} {Method?.Contract.DeclaringType?.Name}.{Method?.Contract.Name ?? "work"}";
}
