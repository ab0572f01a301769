using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A grain's state is not the stored one any more. It reaches the caller, and the activation ends.</summary>
public class InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag) : OrleansException(errorMsg)
{
    /// <summary>The version in the store.</summary>
    public string? StoredEtag { get; } = storedEtag;

    /// <summary>The version that the grain has.</summary>
    public string? CurrentEtag { get; } = currentEtag;

    internal bool IsSourceActivation { get; set; } = true;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"InconsistentStateException: {Message} Expected Etag={StoredEtag} Received Etag={CurrentEtag} {InnerException}");
}
