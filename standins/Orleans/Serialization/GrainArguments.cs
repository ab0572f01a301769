using Orleans.Runtime;

namespace Orleans.Standin.Serialization;

/// <summary>Grains travel as references; objects that only look like grains do not travel (GrainReference.cs).</summary>
internal static class GrainArguments
{
    public static object ToReference(IAddressable value, Type declared)
    {
        if (value is IGrainObserver and not IGrainBase)
        {
            throw new NotSupportedException($"IGrainObserver parameters must be GrainReference or Grain and cannot be type "
                + $"{value.GetType()}. Did you forget to CreateObjectReference?");
        }

        GrainReference reference = GrainExtensions.ReferenceTo(value);
        return GrainReference.Create(reference.Runtime, reference.GrainId, declared.IsInterface ? declared : typeof(IAddressable));
    }
}
