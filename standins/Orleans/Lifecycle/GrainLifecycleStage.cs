namespace Orleans.Runtime;

/// <summary>The stages of an activation's start.</summary>
internal static class GrainLifecycleStage
{
    public const int SetupState = 1000;
}
