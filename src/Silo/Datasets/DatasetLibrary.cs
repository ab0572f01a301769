using System.Collections.Concurrent;
using SeqCluster.Contracts.Datasets;
using SeqCluster.Contracts.Shards;
using SeqCluster.Data.Manifests;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Hosting;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Datasets;

/// <summary>
/// The datasets that this silo can give to workers, each in a folder of its store named by its hash: prepared here, uploaded, or
/// a link to where a client of this machine has prepared it. Names become paths only when they are hashes.
/// </summary>
internal sealed class DatasetLibrary(SiloOptions options, TimeProvider time)
{
    private const int KnownManifests = 64;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, DatasetManifest> manifests = new(StringComparer.Ordinal);
    private readonly Lock publishing = new();

    /// <summary>The folder of all datasets.</summary>
    public string Folder { get; } = Path.Combine(options.Store, "datasets");

    private string Uploads => Path.Combine(Folder, ".uploads");

    /// <summary>The manifest's full path; null when the dataset is not here, or not whole yet.</summary>
    public string? ManifestPathOf(string dataset)
    {
        var path = FileContent.IsSha256(dataset) ? Path.Combine(Folder, dataset, DatasetManifest.FileName) : null;
        return File.Exists(path) ? path : null;
    }

    /// <summary>A file of a whole dataset; the manifest goes by the dataset's own hash. null when there is none.</summary>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    public string? FileOf(string dataset, string sha256)
    {
        if (ManifestPathOf(dataset) is not { } manifest || sha256 == dataset)
        {
            return ManifestPathOf(dataset);
        }

        var file = Manifest(dataset, manifest).Files.FirstOrDefault(one => one.Sha256 == sha256);
        return file is null ? null : Path.Combine(Folder, dataset, file.RelativePath);
    }

    /// <summary>What the control plane keeps of a whole dataset.</summary>
    public DatasetDescription? Describe(string dataset) => ManifestPathOf(dataset) is not { } path ? null : Describe(Manifest(dataset, path));

    /// <summary>Whether this silo has computed the hash of each file itself, as they came or were made; a link's target it has not.</summary>
    public bool HasVerified(string dataset) => ManifestPathOf(dataset) is not null && new DirectoryInfo(Path.Combine(Folder, dataset)).LinkTarget is null;

    /// <summary>Remembers where a dataset lies that a client of this machine has prepared and that was verified.</summary>
    public void Adopt(string manifestPath, string dataset)
    {
        if (ManifestPathOf(dataset) is not null)
        {
            return;
        }

        Directory.CreateDirectory(Folder);
        RemoveDeadLinks();
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(Folder, dataset), Path.GetDirectoryName(manifestPath)!);
        }
        catch (IOException) when (ManifestPathOf(dataset) is not null)
        {
            // Another submission of the same data was here a moment ago.
        }
    }

    /// <summary>Forgets datasets that were prepared elsewhere on this machine and are gone.</summary>
    public void RemoveDeadLinks()
    {
        foreach (var link in new DirectoryInfo(Folder).EnumerateFileSystemInfos().Where(static one => one.LinkTarget is not null && one.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true }))
        {
            link.Delete();
        }
    }

    /// <summary>Every dataset, whole or not.</summary>
    public IReadOnlyList<DatasetStatus> List() => [.. Names(Folder).Concat(Names(Uploads)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        .Select(Show).OfType<DatasetStatus>().Select(static one => one with { Missing = null })];

    /// <summary>One dataset; null when nothing of it is here.</summary>
    public DatasetStatus? Show(string dataset)
    {
        if (ManifestPathOf(dataset) is { } path)
        {
            return StatusOf(dataset, Manifest(dataset, path), []);
        }

        if (!FileContent.IsSha256(dataset) || !Directory.Exists(UploadOf(dataset)))
        {
            return null;
        }

        return UploadedManifest(dataset) is { } manifest
            ? StatusOf(dataset, manifest, [.. manifest.Files.Where(file => !File.Exists(Path.Combine(UploadOf(dataset), file.RelativePath))).Select(static file => file.Sha256)])
            : new DatasetStatus(dataset, "", 0, 0, IsComplete: false, [dataset]);
    }

    /// <summary>Where a file of an upload goes and what it must be, or why it is not taken.</summary>
    public (string Target, FileContent Expected)? PlaceOf(string dataset, string sha256, long totalBytes, out string refusal)
    {
        refusal = "";
        if (sha256 == dataset)
        {
            RemoveAbandoned();
            Directory.CreateDirectory(UploadOf(dataset));
            refusal = totalBytes > ApiLimits.ManifestBytes ? $"a manifest has at most {ApiLimits.ManifestBytes} bytes" : "";
            return refusal.Length > 0 ? null : (Path.Combine(UploadOf(dataset), DatasetManifest.FileName), new FileContent("the manifest", totalBytes, sha256));
        }

        if (UploadedManifest(dataset) is not { } manifest)
        {
            refusal = $"send the manifest first: PUT /v1/datasets/{dataset}/{dataset}";
            return null;
        }

        if (manifest.Files.FirstOrDefault(one => one.Sha256 == sha256) is not { } file)
        {
            refusal = $"the manifest names no file {sha256}";
            return null;
        }

        var target = Path.Combine(UploadOf(dataset), file.RelativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return (target, new FileContent($"shard {sha256}", file.Bytes, sha256));
    }

    /// <summary>After a file has arrived: refuses a bad manifest and throws it away; makes a dataset that is whole known.</summary>
    /// <exception cref="InvalidDataException">The manifest is none, or too much for this silo.</exception>
    public void Arrived(string dataset)
    {
        lock (publishing)
        {
            if (ManifestPathOf(dataset) is not null || UploadedManifest(dataset) is not { } manifest)
            {
                return;
            }

            RequireRoom(dataset, manifest);
            if (manifest.Files.All(file => File.Exists(Path.Combine(UploadOf(dataset), file.RelativePath))))
            {
                RemoveDeadLinks();
                Directory.Move(UploadOf(dataset), Path.Combine(Folder, dataset));
            }
        }
    }

    private static DatasetDescription Describe(DatasetManifest manifest) => new()
    {
        Kind = manifest.Data.Kind,
        Shards = [.. manifest.Files.Select(static file => new ListedShard(file.Sha256, file.Bytes))],
    };

    private string UploadOf(string dataset) => Path.Combine(Uploads, dataset);

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(static one => Path.GetFileName(one)).Where(FileContent.IsSha256) : [];

    private static DatasetStatus StatusOf(string dataset, DatasetManifest manifest, IReadOnlyList<string> missing) =>
        new(dataset, manifest.Data.Kind, manifest.Files.Count, manifest.Files.Sum(static file => file.Bytes), missing.Count == 0, missing);

    private DatasetManifest Manifest(string dataset, string path)
    {
        if (manifests.Count > KnownManifests)
        {
            manifests.Clear();
        }

        return manifests.GetOrAdd(dataset, _ => DatasetManifest.Read(path, dataset));
    }

    // null until it is there; a bad one goes, so that a better program can send a better one.
    private DatasetManifest? UploadedManifest(string dataset)
    {
        var path = Path.Combine(UploadOf(dataset), DatasetManifest.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return Manifest(dataset, path);
        }
        catch (InvalidDataException)
        {
            File.Delete(path);
            throw;
        }
    }

    private void RequireRoom(string dataset, DatasetManifest manifest)
    {
        var missing = manifest.Files.Where(file => !File.Exists(Path.Combine(UploadOf(dataset), file.RelativePath))).Sum(static file => file.Bytes);
        var room = new DriveInfo(Folder).AvailableFreeSpace;
        if (missing > Math.Min(room, ApiLimits.DatasetBytes))
        {
            File.Delete(Path.Combine(UploadOf(dataset), DatasetManifest.FileName));
            throw new InvalidDataException($"the dataset needs {missing} bytes; the silo's disk has {room}, and it takes at most {ApiLimits.DatasetBytes}");
        }
    }

    private void RemoveAbandoned()
    {
        foreach (var upload in Names(Uploads).Select(UploadOf))
        {
            var newest = Directory.EnumerateFileSystemEntries(upload, "*", SearchOption.AllDirectories).Append(upload).Max(File.GetLastWriteTimeUtc);
            if (time.GetUtcNow() - newest > AbandonedAfter)
            {
                Directory.Delete(upload, recursive: true);
            }
        }
    }
}
