using System.Text.Json;
using Microsoft.Extensions.Options;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;
using SeqCluster.Silo.Api;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>
/// The checkpoints' folders as those see them who come by HTTP: workers of other machines bring files and make them permanent,
/// workers and clients fetch them. Names become paths only when they are ids, numbers and plain names of files.
/// </summary>
internal sealed class CheckpointShelf(IOptions<MembershipOptions> options)
{
    private const string ManifestFile = CheckpointOnDisk.ManifestFile;
    private const string UploadSuffix = ".upload";
    private const string PartialSuffix = ".partial";
    private readonly Lock committing = new();

    /// <summary>The folder of a permanent checkpoint.</summary>
    public string PathOf(string reference) => Path.Combine(options.Value.CheckpointFolder, reference);

    /// <summary>Where a file of an upload goes; the folder is made.</summary>
    public string PlaceOf(CheckpointName checkpoint, string file) => Path.Combine(Directory.CreateDirectory(UploadOf(checkpoint)).FullName, file);

    /// <summary>Whether the disk has room for a file.</summary>
    public bool HasRoom(long bytes) => bytes <= new DriveInfo(options.Value.CheckpointFolder).AvailableFreeSpace;

    /// <summary>The files of a permanent checkpoint, the manifest first; null when there is none. Their hashes are what the manifest says.</summary>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    public IReadOnlyList<FileContent>? Files(string reference)
    {
        var folder = PathOf(reference);
        var manifest = Path.Combine(folder, ManifestFile);
        if (!File.Exists(manifest))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(manifest));
            var files = document.RootElement.GetProperty("files").EnumerateObject().Where(static file => FileContent.IsPlainName(file.Name));
            return [FileContent.Of(manifest), .. files.Select(file => new FileContent(file.Name, new FileInfo(Path.Combine(folder, file.Name)).Length, file.Value.GetString()!))];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FileNotFoundException)
        {
            throw new InvalidDataException($"checkpoint {reference} is damaged: {fault.Message}", fault);
        }
    }

    /// <summary>Makes an upload permanent, when all its files are there and are what they should be.</summary>
    /// <returns>Why not; null when it is done.</returns>
    public string? Commit(CheckpointName checkpoint, IReadOnlyList<FileContent> files)
    {
        if (!files.Any(static file => file.Name == ManifestFile) || files.Count > ApiLimits.CheckpointFiles || !files.All(static file => FileContent.IsPlainName(file.Name)))
        {
            return $"files: must be plain names, {ManifestFile} among them, at most {ApiLimits.CheckpointFiles}";
        }

        lock (committing)
        {
            var (staged, folder) = (UploadOf(checkpoint), PathOf(checkpoint.Reference));
            foreach (var file in files)
            {
                if (!file.IsAt(Path.Combine(staged, file.Name), out var fault))
                {
                    // An answer that was lost: the same question a second time.
                    return Directory.Exists(folder) && files.All(one => one.IsAt(Path.Combine(folder, one.Name), out _)) ? null : $"{file.Name}: {fault}: send it again";
                }
            }

            // One may be there: an earlier generation finished and was lost before it could say so.
            DurableFolder.Publish(staged, folder);
            return null;
        }
    }

    /// <summary>Copies a checkpoint from anywhere on this machine to a permanent place.</summary>
    /// <param name="source">Its folder.</param>
    /// <param name="files">The SHA-256 of each file beside the manifest.</param>
    /// <param name="reference">Its name here.</param>
    /// <exception cref="IOException">It cannot be read or written; nothing is left here.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be; nothing is left here.</exception>
    public void Copy(DirectoryInfo source, IReadOnlyDictionary<string, string> files, string reference)
    {
        var staged = Directory.CreateDirectory(PathOf(reference) + PartialSuffix).FullName;
        try
        {
            foreach (var name in files.Keys.Append(ManifestFile))
            {
                CopyFlushed(Path.Combine(source.FullName, name), Path.Combine(staged, name));
                if (files.TryGetValue(name, out var expected) && FileContent.HashOf(Path.Combine(staged, name)) is var hash && hash != expected)
                {
                    throw new InvalidDataException($"{name} is damaged: its SHA-256 is {hash}, the manifest says {expected}");
                }
            }

            DurableFolder.Publish(staged, PathOf(reference));
        }
        catch
        {
            Directory.Delete(staged, recursive: true);
            throw;
        }
    }

    private static void CopyFlushed(string source, string target)
    {
        using var from = File.OpenRead(source);
        using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        from.CopyTo(to);
        to.Flush(flushToDisk: true);
    }

    private string UploadOf(CheckpointName checkpoint) => PathOf(checkpoint.Reference) + UploadSuffix;
}
