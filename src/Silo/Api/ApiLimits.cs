namespace SeqCluster.Silo.Api;

/// <summary>The bounds of the public API.</summary>
internal static class ApiLimits
{
    /// <summary>The longest request body.</summary>
    public const int BodyBytes = 1 << 20;

    /// <summary>The longest manifest of a dataset that is uploaded.</summary>
    public const long ManifestBytes = 64 << 20;

    /// <summary>The largest dataset that is uploaded.</summary>
    public const long DatasetBytes = 1L << 40;

    /// <summary>The largest file of a checkpoint that is uploaded.</summary>
    public const long CheckpointFileBytes = 1L << 38;

    /// <summary>Files in a checkpoint.</summary>
    public const int CheckpointFiles = 16;

    /// <summary>Entries of a list when the request does not say how many.</summary>
    public const int DefaultEntries = 1_000;

    /// <summary>The most entries that one request may ask for.</summary>
    public const int MaximumEntries = 10_000;

    /// <summary>Overrides in one submission.</summary>
    public const int Overrides = 1_000;
}
