using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// A dataset in the making, in a folder beside the finished ones: nobody sees it before it is whole, and nothing is left of one
/// that was given up.
/// </summary>
internal sealed class DatasetWriter(string datasetsFolder) : IDisposable
{
    private readonly string datasetsFolder = Path.GetFullPath(datasetsFolder);
    private readonly string staging = Path.Combine(Path.GetFullPath(datasetsFolder), ".preparing-" + Path.GetRandomFileName());
    private readonly List<IDisposable> writers = [];

    /// <summary>A split that is one stream of tokens.</summary>
    public ShardWriter NewStream() => Keep(new ShardWriter(ShardFolder(), ShardWriter.TokensPerShard));

    /// <summary>A split of examples.</summary>
    public ExampleWriter NewExamples() => Keep(new ExampleWriter(ShardFolder()));

    /// <summary>Gives the dataset its name. One of the same content that is there already is left as it is.</summary>
    public PreparedDataset Publish(DatasetManifest manifest)
    {
        File.WriteAllBytes(Path.Combine(staging, DatasetManifest.FileName), manifest.ToBytes());
        var sha256 = manifest.Sha256();
        var folder = Path.Combine(datasetsFolder, sha256);
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

    public void Dispose()
    {
        writers.ForEach(writer => writer.Dispose());
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    // Made by the first split: what is refused before there is one leaves no trace at all.
    private string ShardFolder() => Directory.CreateDirectory(Path.Combine(staging, DatasetManifest.ShardFolder)).FullName;

    private T Keep<T>(T writer)
        where T : IDisposable
    {
        writers.Add(writer);
        return writer;
    }
}
