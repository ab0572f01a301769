using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation;

/// <summary>A dataset on disk.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Sha256">Its name: the manifest's hash.</param>
/// <param name="Manifest">What is in it.</param>
public sealed record PreparedDataset(string Folder, string Sha256, DatasetManifest Manifest)
{
    /// <summary>Full path of the manifest.</summary>
    public string ManifestPath => Path.Combine(Folder, DatasetManifest.FileName);
}
