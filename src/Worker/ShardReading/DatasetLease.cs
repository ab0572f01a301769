using SeqCluster.Data.Manifests;

namespace SeqCluster.Worker.ShardReading;

/// <summary>A whole, verified dataset on this machine; it is not removed while the lease is held.</summary>
/// <param name="folder">Where it lies.</param>
/// <param name="manifest">What is in it.</param>
/// <param name="held">The lock of its place in the cache; null for a shared path.</param>
internal sealed class DatasetLease(string folder, DatasetManifest manifest, IDisposable? held) : IDisposable
{
    public string Folder => folder;

    public DatasetManifest Manifest => manifest;

    public void Dispose() => held?.Dispose();
}
