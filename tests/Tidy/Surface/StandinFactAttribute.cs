namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>A test about the stand-ins: skipped, by name, where the build stands on the real packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StandinFactAttribute : FactAttribute
{
    /// <summary>Skips on any other substrate.</summary>
    public StandinFactAttribute()
    {
        if (BuiltAssemblies.Substrate != "standin")
        {
            Skip = $"about the stand-ins; this build stands on {BuiltAssemblies.Substrate}";
        }
    }
}
