using Orleans.Standin.Activations;
using Orleans.Standin.Serialization;

namespace Orleans.Runtime;

/// <summary>Values that travel with calls, down the chain and never back up.</summary>
public static class RequestContext
{
    internal const string ReentrancyKey = "#CCR";
    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    /// <summary>The value of a key; null when there is none.</summary>
    public static object? Get(string key) => Values.Value is { } values && values.TryGetValue(key, out object? value) ? value : null;

    /// <summary>Sets a value for the calls that this flow makes from here on.</summary>
    public static void Set(string key, object value) =>
        Values.Value = new Dictionary<string, object>(Values.Value ?? []) { [key] = value };

    /// <summary>Removes a value; false when there was none.</summary>
    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Values.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    /// <summary>Until it is disposed, calls that come back to this grain along the chain interleave.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        Guid original = ReentrancyId;
        return new ReentrancySection(original, original == Guid.Empty ? Guid.NewGuid() : original);
    }

    /// <summary>Until it is disposed, calls made from here do not carry the right to come back.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    internal static Guid ReentrancyId
    {
        get => Get(ReentrancyKey) is Guid id ? id : Guid.Empty;
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    // The dictionary is never changed after it was set: only values that could be changed have to be copied.
    internal static Dictionary<string, object>? Snapshot()
    {
        Dictionary<string, object>? values = Values.Value;
        return values is null || values.Values.All(value => Shallow.Is(value.GetType()))
            ? values
            : (Dictionary<string, object>?)new CopyContext().Copy(values, typeof(Dictionary<string, object>));
    }

    internal static void Import(Dictionary<string, object>? values) => Values.Value = values;

    /// <summary>A section of code with its own right of calls to come back.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid original;
        private readonly Guid current;

        internal ReentrancySection(Guid original, Guid current)
        {
            this.original = original;
            this.current = current;
            ReentrancyId = current;
            if (current != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.EnterReentrantSection(current);
            }
        }

        /// <summary>Ends the section.</summary>
        public void Dispose()
        {
            if (current != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.LeaveReentrantSection(current);
            }

            ReentrancyId = original;
        }
    }
}
