using System.Globalization;
using Microsoft.Data.Sqlite;
using SeqCluster.Contracts.Storage;

namespace SeqCluster.Silo.Storage;

/// <summary>Why the store takes no writes, and since when.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Path">The store's file.</param>
/// <param name="Detail">What SQLite said, or what was found.</param>
/// <param name="Since">When a write was refused for the first time, UTC.</param>
public sealed record StoreFault(StoreFaultKind Kind, string Path, string Detail, DateTimeOffset Since)
{
    // No page and no frame of the log fits.
    private const long NoRoomBytes = 64 << 10;

    /// <summary>The path, the reason and the way out, in one line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Path}: {Reason} since {Since:HH:mm:ss} UTC ({Detail}): {WayOut}");

    private string Reason => Kind switch
    {
        StoreFaultKind.Gone => "the store is gone",
        StoreFaultKind.Full => "the store cannot be written, its disk is full",
        StoreFaultKind.ReadOnly => "the store cannot be written, it is read-only",
        StoreFaultKind.Locked => "the store cannot be written, another process has locked it",
        StoreFaultKind.Damaged => "the store cannot be written, it is damaged",
        _ => "the store cannot be written, its disk answers with an error",
    };

    private string WayOut => Kind switch
    {
        StoreFaultKind.Gone => "the silo stops, because whatever it took from now on would be lost",
        StoreFaultKind.Full => "make room there; the silo goes on by itself, and workers train on meanwhile",
        StoreFaultKind.ReadOnly => "let the silo's user write there (stop the silo first if the disk must be unmounted for it); it goes on by itself, and workers train on meanwhile",
        StoreFaultKind.Locked => "end the program that has it open (a backup, sqlite3); the silo goes on by itself, and workers train on meanwhile",
        StoreFaultKind.Damaged => "stop the silo; at its next start it says what can be saved",
        _ => "look at the disk and the kernel's log; when it works again the silo goes on by itself, and workers train on meanwhile",
    };

    /// <summary>For whoever asked for a write.</summary>
    public StoreUnavailableException ToException() => new(Text, Kind == StoreFaultKind.Full);

    /// <summary>What a failure says of the store; null for a statement's own fault.</summary>
    /// <param name="fault">The failure.</param>
    /// <param name="path">The store's file.</param>
    public static StoreFaultKind? KindOf(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SqliteCodes.Busy or SqliteCodes.Locked => StoreFaultKind.Locked,
        SqliteCodes.ReadOnly => StoreFaultKind.ReadOnly,
        SqliteCodes.Corrupt or SqliteCodes.NotADatabase => StoreFaultKind.Damaged,
        SqliteCodes.Full => StoreFaultKind.Full,
        // What SQLite maps into memory grows with an error of its own when there is no room.
        SqliteCodes.IoError => FreeBytes(path) < NoRoomBytes ? StoreFaultKind.Full : IsReadOnly(path) ? StoreFaultKind.ReadOnly : StoreFaultKind.Failing,
        SqliteCodes.OutOfMemory or SqliteCodes.CannotOpen or SqliteCodes.Protocol => StoreFaultKind.Failing,
        _ => null,
    };

    // SQLite says only that a write failed; of a file system that has become read-only the kernel says it to whoever makes a file.
    private static bool IsReadOnly(string path)
    {
        try
        {
            new FileStream($"{path}-probe", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
            return false;
        }
        catch (IOException fault)
        {
            return DiskErrors.IsReadOnly(fault);
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(System.IO.Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
