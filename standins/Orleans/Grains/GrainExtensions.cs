using System.Globalization;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity and casts of grains and references.</summary>
public static class GrainExtensions
{
    /// <summary>A reference of another contract to the same grain; given a grain object, a reference to it.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        GrainReference reference = ReferenceTo(grain);
        return reference is TGrainInterface same
            ? same
            : (TGrainInterface)GrainReference.Create(reference.Runtime, reference.GrainId, typeof(TGrainInterface));
    }

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    /// <summary>The identity of a grain, or of a reference's target.</summary>
    /// <exception cref="ArgumentException">The object is neither.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        null => throw new ArgumentNullException(nameof(grain)),
        GrainReference reference => reference.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        _ => throw new ArgumentException($"GetGrainId has been called on an unexpected type: {grain.GetType().FullName}.", nameof(grain)),
    };

    /// <summary>The key as text.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>The key as an integer.</summary>
    /// <exception cref="InvalidOperationException">The key is not an integer.</exception>
    public static long GetPrimaryKeyLong(this IAddressable grain)
    {
        GrainId id = grain.GetGrainId();
        return long.TryParse(id.Key.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long key)
            ? key
            : throw new InvalidOperationException($"Unable to extract integer key from grain id {id}");
    }

    /// <summary>The key as a Guid.</summary>
    /// <exception cref="InvalidOperationException">The key is not a Guid.</exception>
    public static Guid GetPrimaryKey(this IAddressable grain)
    {
        GrainId id = grain.GetGrainId();
        return Guid.TryParseExact(id.Key.ToString(), "N", out Guid key)
            ? key
            : throw new InvalidOperationException($"Unable to extract GUID key from grain id {id}");
    }

    internal static GrainReference ReferenceTo(IAddressable grain) => grain switch
    {
        null => throw new ArgumentNullException(nameof(grain)),
        GrainReference reference => reference,
        IGrainBase { GrainContext: { } context } => context.GrainReference,
        _ => throw new ArgumentException(
            $"Passing a half baked grain as an argument: {grain.GetType().FullName} was not made by the runtime.", nameof(grain)),
    };
}
