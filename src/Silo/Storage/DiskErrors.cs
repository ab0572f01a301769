namespace SeqCluster.Silo.Storage;

/// <summary>What the kernel says of a disk, in an exception of .NET.</summary>
internal static class DiskErrors
{
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    /// <summary>Whether a file that a request names is what is wrong, and not the silo's own disk.</summary>
    public static bool IsOfTheRequest(Exception fault) =>
        fault is InvalidDataException or UnauthorizedAccessException || (fault is IOException disk && !IsFull(disk) && !IsReadOnly(disk));

    /// <summary>Whether there is no room.</summary>
    public static bool IsFull(IOException fault) => (fault.HResult & 0xffff) is NoSpaceLeft or QuotaExceeded;

    /// <summary>Whether its file system may only be read.</summary>
    public static bool IsReadOnly(IOException fault) => (fault.HResult & 0xffff) == ReadOnlyFileSystem;
}
