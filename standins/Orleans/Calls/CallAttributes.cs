// The attributes that tell how calls are taken together in one file: none has a behaviour of its own.
namespace Orleans.Concurrency;

/// <summary>Calls of this method run beside other <see cref="ReadOnlyAttribute"/> calls of the same grain.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;

/// <summary>All calls of grains of this class interleave at awaits.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;

/// <summary>Calls of this method interleave with any other call.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;

/// <summary>The caller does not wait: its task completes when the message is sent, and failures are not told to it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
