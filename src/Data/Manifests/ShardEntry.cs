namespace SeqCluster.Data.Manifests;

/// <summary>One immutable file of tokens, named by its content.</summary>
/// <param name="Sha256">Of the file, lower-case hexadecimal; also its name.</param>
/// <param name="Tokens">Token numbers in it, or other words of two bytes.</param>
/// <param name="Examples">Examples in it; null for a stream of tokens, which has none.</param>
public sealed record ShardEntry(string Sha256, long Tokens, long? Examples = null)
{
    /// <summary>Path below the dataset's folder.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string RelativePath => Path.Combine(DatasetManifest.ShardFolder, Sha256 + ".tokens");
}
