namespace Orleans.Providers;

/// <summary>Names that the runtime gives a meaning.</summary>
public static class ProviderConstants
{
    /// <summary>The store of states that name none.</summary>
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
}
