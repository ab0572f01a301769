using System.Runtime.InteropServices;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// The files that SQLite has open, by what they are and not by their names. A file that was deleted or replaced goes on taking writes,
/// and all of them are gone with the last handle: only its place tells.
/// </summary>
internal sealed partial class StoreFiles
{
    private const int CurrentFolder = -100;
    private const int NoSuchFile = 2;
    private const int NotAFolder = 20;
    private const uint InodeWanted = 0x100;

    private readonly (string Path, FileStatus Status)[] known;

    private StoreFiles((string Path, FileStatus Status)[] known) => this.known = known;

    /// <summary>The files of a store that is open: the database, its log of writes, and what its connections share.</summary>
    public static StoreFiles Of(string path) =>
        new([.. new[] { path, path + "-wal", path + "-shm" }.Select(static one => (one, StatusOf(one, out var status) == 0 ? status : default))]);

    /// <summary>What has happened to one of them; null when each is in its place, or that cannot be told.</summary>
    public string? Loss()
    {
        foreach (var (path, before) in known)
        {
            var error = StatusOf(path, out var now);
            if (error is NoSuchFile or NotAFolder)
            {
                var folder = Path.GetDirectoryName(path);
                return $"{(Directory.Exists(folder) ? path : folder)} was deleted or moved";
            }

            if (error == 0 && before.Inode != 0 && !now.IsSame(before))
            {
                return $"{path} was replaced by another file";
            }
        }

        return null;
    }

    /// <summary>
    /// Removes what lies beside the database and is still ours. Its log of writes belongs to a database that is gone: beside another
    /// one of that name it would damage that.
    /// </summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void RemoveBeside()
    {
        foreach (var (path, before) in known.Skip(1))
        {
            if (StatusOf(path, out var now) == 0 && now.IsSame(before))
            {
                File.Delete(path);
            }
        }
    }

    private static int StatusOf(string path, out FileStatus status) =>
        statx(CurrentFolder, path, 0, InodeWanted, out status) == 0 ? 0 : Marshal.GetLastPInvokeError();

    // .NET has no way to ask for an inode.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out FileStatus status);

    // The kernel's struct statx: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileStatus
    {
        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(136)]
        public readonly uint Major;

        [FieldOffset(140)]
        public readonly uint Minor;

        public bool IsSame(FileStatus other) => (Inode, Major, Minor) == (other.Inode, other.Major, other.Minor);
    }
}
