namespace Orleans;

/// <summary>The stages of a silo's start; stopping goes the other way.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>Reminders and other runtime services.</summary>
    public const int RuntimeGrainServices = 8000;

    /// <summary>Services of the application that grains need.</summary>
    public const int ApplicationServices = 10000;

    /// <summary>The silo takes calls. When it stops, grains are still there in this stage and are deactivated right after it.</summary>
    public const int Active = 20000;

    internal const int GrainDeactivation = Active - 2;
}
