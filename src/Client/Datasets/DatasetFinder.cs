using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Datasets;

/// <summary>Finds a prepared dataset by what a person calls it.</summary>
internal static class DatasetFinder
{
    private const int HashLength = 64;
    private const int AmbiguousTold = 5;

    /// <summary>The dataset in a folder, or of a manifest; null when the path is neither.</summary>
    /// <param name="path">Full path.</param>
    /// <exception cref="InvalidDataException">The manifest is damaged, or not that of its folder's name.</exception>
    public static PreparedDataset? At(string path)
    {
        var manifest = Path.GetFileName(path) == DatasetManifest.FileName ? path : Path.Combine(path, DatasetManifest.FileName);
        if (!File.Exists(manifest))
        {
            return null;
        }

        // A folder may be called otherwise, when somebody copied it.
        var folder = Path.GetDirectoryName(manifest)!;
        var name = Path.GetFileName(folder);
        var read = DatasetManifest.Read(manifest, IsHash(name) ? name : null);
        return new PreparedDataset(folder, read.Sha256(), read);
    }

    /// <summary>The dataset of a name, or of its beginning, among those that were prepared on this machine.</summary>
    /// <exception cref="WrongInputException">There is none, or more than one.</exception>
    /// <exception cref="InvalidDataException">Its manifest is damaged.</exception>
    public static PreparedDataset Named(string name, string datasetsFolder)
    {
        var found = Directory.Exists(datasetsFolder) && name.Length > 0
            ? new DirectoryInfo(datasetsFolder).EnumerateDirectories().Select(folder => folder.Name)
                .Where(folder => IsHash(folder) && folder.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .ToList()
            : [];
        return found switch
        {
            [var only] => At(Path.Combine(datasetsFolder, only)) ?? throw new InvalidDataException($"{Path.Combine(datasetsFolder, only)}: holds no {DatasetManifest.FileName}: delete the folder and prepare the data again"),
            [] => throw new WrongInputException($"{name}: no dataset in {datasetsFolder} has a name that begins so, and there is no such file or folder: 'seqcluster data list' lists the datasets of this machine"),
            _ => throw new WrongInputException($"{name}: {found.Count} datasets have names that begin so: {string.Join(", ", found.Take(AmbiguousTold))}{(found.Count > AmbiguousTold ? ", …" : "")}: give more of the name"),
        };
    }

    private static bool IsHash(string name) => name.Length == HashLength && !name.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
