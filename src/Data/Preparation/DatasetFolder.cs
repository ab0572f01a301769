using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// Writes a dataset where nobody sees it until it is whole: into a staging folder, which then takes the name of the manifest's
/// hash. A dataset that is already there is left as it is; what fails or is cancelled leaves nothing behind.
/// </summary>
internal static class DatasetFolder
{
    /// <param name="datasetsFolder">Each dataset is a folder in it.</param>
    /// <param name="write">Writes shards into the folder that it is given, and says what the dataset is.</param>
    public static PreparedDataset Publish(string datasetsFolder, Func<string, DatasetManifest> write)
    {
        Directory.CreateDirectory(datasetsFolder);
        var staging = Directory.CreateDirectory(Path.Combine(datasetsFolder, ".preparing-" + Path.GetRandomFileName())).FullName;
        try
        {
            var manifest = write(Directory.CreateDirectory(Path.Combine(staging, DatasetManifest.ShardFolder)).FullName);
            File.WriteAllBytes(Path.Combine(staging, DatasetManifest.FileName), manifest.ToBytes());
            var sha256 = manifest.Sha256();
            var folder = Path.Combine(Path.GetFullPath(datasetsFolder), sha256);
            try
            {
                Directory.Move(staging, folder);
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, DatasetManifest.FileName)))
            {
                // The same content is already prepared, perhaps a moment ago by another process: it is the same bytes.
            }

            return new PreparedDataset(folder, sha256, manifest);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }
}
