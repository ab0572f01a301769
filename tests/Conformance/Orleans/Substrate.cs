using System.Reflection;

namespace SeqCluster.OrleansConformance;

/// <summary>For what the real package refuses at compile time: skipped there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StandinFactAttribute : FactAttribute
{
    public StandinFactAttribute()
    {
        string? substrate = typeof(StandinFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "Substrate")?.Value;
        if (substrate != "standin")
        {
            Skip = "Only the stand-in can be asked: the real package refuses this when it is compiled, or has it.";
        }
    }
}
