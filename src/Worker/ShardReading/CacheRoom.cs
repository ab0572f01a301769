using SeqCluster.Data.Manifests;
using SeqCluster.Transfers;

namespace SeqCluster.Worker.ShardReading;

/// <summary>
/// Keeps the datasets of a cache folder under a bound: what was used longest ago goes first, what is used stays. A dataset counts
/// with all that its manifest names, from the moment on that the manifest is there.
/// </summary>
internal sealed class CacheRoom(string folder, long maximumBytes)
{
    private const string UseSuffix = ".use";

    /// <summary>The lock that is shared by everybody who uses a dataset; its time says when that was last.</summary>
    public string UseLockOf(string dataset) => Path.Combine(folder, dataset + UseSuffix);

    /// <summary>Removes datasets until another one fits. One process at a time.</summary>
    /// <param name="dataset">The one to come.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="say">Told what goes.</param>
    /// <exception cref="TransferException">It does not fit.</exception>
    public void Make(string dataset, long bytes, Action<string> say)
    {
        if (bytes > maximumBytes)
        {
            throw new TransferException(TransferFault.NoRoom, $"dataset {dataset} has {bytes:N0} bytes, the cache {folder} takes {maximumBytes:N0}: give --cache-gigabytes");
        }

        var others = new DirectoryInfo(folder).EnumerateDirectories().Where(one => one.Name != dataset)
            .OrderBy(one => File.GetLastWriteTimeUtc(UseLockOf(one.Name))).Select(static one => (Folder: one, Bytes: SizeOf(one))).ToList();
        var used = others.Sum(static one => one.Bytes);
        foreach (var (other, size) in others)
        {
            if (used + bytes <= maximumBytes && bytes <= new DriveInfo(folder).AvailableFreeSpace)
            {
                return;
            }

            using var alone = FileLock.TryTake(UseLockOf(other.Name), alone: true);
            if (alone is not null)
            {
                say($"removes dataset {other.Name} from the cache, {size:N0} bytes, to make room");
                other.Delete(recursive: true);
                used -= size;
            }
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (used + bytes > maximumBytes || bytes > free)
        {
            throw new TransferException(
                TransferFault.NoRoom,
                $"dataset {dataset} needs {bytes:N0} bytes; the disk of the cache {folder} has {free:N0}, and of the cache's {maximumBytes:N0} others use {used:N0}: free some, or give another --cache or --cache-gigabytes");
        }
    }

    private static long SizeOf(DirectoryInfo dataset)
    {
        try
        {
            return DatasetManifest.Read(Path.Combine(dataset.FullName, DatasetManifest.FileName), dataset.Name).Files.Sum(static file => file.Bytes);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            // Left by a program that was killed: what is there is what it takes.
            return dataset.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
        }
    }
}
