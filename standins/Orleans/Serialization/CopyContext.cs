using Orleans.Runtime;

namespace Orleans.Standin.Serialization;

/// <summary>One act of copying: what was copied already is found again, so shared references and cycles stay.</summary>
internal sealed class CopyContext
{
    private Dictionary<object, object>? copies;

    /// <summary>A deep copy by the runtime type of the value; a grain object becomes a reference of the declared contract.</summary>
    /// <exception cref="Orleans.Serialization.CodecNotFoundException">The type, or one inside it, cannot travel.</exception>
    public object? Copy(object? value, Type declared)
    {
        switch (value)
        {
            case null or string or GrainReference:
                return value;
            case IAddressable addressable:
                return GrainArguments.ToReference(addressable, declared);
        }

        Copier copier = Copiers.Find(value.GetType()) ?? DeclaredCollections.Find(declared) ?? Copiers.Of(value.GetType());
        if (copier.IsIdentity)
        {
            return value;
        }

        if (copies is not null && copies.TryGetValue(value, out object? known))
        {
            return known;
        }

        return copier.Copy(value, this);
    }

    public T Copy<T>(T value) => Shallow.Is(typeof(T)) ? value : (T)Copy(value, typeof(T))!;

    /// <summary>For a value that is passed as it is: a grain or observer still becomes a reference.</summary>
    public object? CheckReference(object? value, Type declared) =>
        value is IAddressable addressable and not GrainReference ? GrainArguments.ToReference(addressable, declared) : value;

    public void Record(object original, object copy)
    {
        copies ??= new Dictionary<object, object>(ReferenceEqualityComparer.Instance);
        copies[original] = copy;
    }
}
