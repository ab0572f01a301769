namespace Orleans;

/// <summary>Names a grain class in the cluster, in place of its lower-case name without the suffix "Grain".</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string GrainType { get; } = grainType;
}
