using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.Data.Sqlite.Native;

/// <summary>The functions of the system's SQLite library that the stand-in calls (https://www.sqlite.org/c3ref/funclist.html).</summary>
internal static unsafe partial class NativeMethods
{
    internal const int Ok = 0;
    internal const int Busy = 5;
    internal const int Locked = 6;
    internal const int Row = 100;
    internal const int Done = 101;
    internal const int LockedSharedCache = Locked | (1 << 8);

    internal const int TypeInteger = 1;
    internal const int TypeFloat = 2;
    internal const int TypeText = 3;
    internal const int TypeBlob = 4;
    internal const int TypeNull = 5;

    internal const int OpenReadOnly = 0x1;
    internal const int OpenReadWrite = 0x2;
    internal const int OpenCreate = 0x4;
    internal const int OpenUri = 0x40;
    internal const int OpenMemory = 0x80;
    internal const int OpenSharedCache = 0x20000;
    internal const int OpenPrivateCache = 0x40000;

    /// <summary>Tells SQLite to copy the bytes before the bind call returns.</summary>
    internal static readonly nint Transient = -1;

    private const string Library = "libsqlite3.so.0";

    private static readonly string[] LibraryNames = [Library, "libsqlite3.so", "libsqlite3.dylib", "sqlite3"];

    private static nint library;
    private static nint freeFunction;

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    /// <summary>sqlite3_free itself, for SQLite to call on a buffer that it takes over; looked up late, so that a missing library is one clear error.</summary>
    internal static nint FreeFunction => freeFunction != 0 ? freeFunction : freeFunction = NativeLibrary.GetExport(library, "sqlite3_free");

    internal static bool IsBusy(int rc) => rc is Busy or Locked or LockedSharedCache;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (library != 0 || LibraryNames.Any(candidate => NativeLibrary.TryLoad(candidate, out library)))
        {
            return library;
        }

        throw new DllNotFoundException(
            $"SQLite's native library was not found (tried {string.Join(", ", LibraryNames)}). "
            + "Install it, for example with: apt-get install libsqlite3-0");
    }

    [LibraryImport(Library)] internal static partial byte* sqlite3_libversion();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sqlite3_open_v2(string filename, out nint db, int flags, nint vfs);

    [LibraryImport(Library)] internal static partial int sqlite3_close_v2(nint db);
    [LibraryImport(Library)] internal static partial int sqlite3_errcode(nint db);
    [LibraryImport(Library)] internal static partial int sqlite3_extended_errcode(nint db);
    [LibraryImport(Library)] internal static partial byte* sqlite3_errmsg(nint db);
    [LibraryImport(Library)] internal static partial byte* sqlite3_errstr(int rc);
    [LibraryImport(Library)] internal static partial int sqlite3_changes(nint db);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* sqlite3_db_filename(nint db, string name);
    [LibraryImport(Library)]
    internal static partial nint sqlite3_rollback_hook(nint db, delegate* unmanaged[Cdecl]<nint, void> callback, nint state);

    [LibraryImport(Library)]
    internal static partial int sqlite3_prepare_v2(nint db, byte* sql, int length, out nint statement, out byte* tail);
    [LibraryImport(Library)] internal static partial int sqlite3_step(nint statement);
    [LibraryImport(Library)] internal static partial int sqlite3_reset(nint statement);
    [LibraryImport(Library)] internal static partial int sqlite3_finalize(nint statement);
    [LibraryImport(Library)] internal static partial int sqlite3_stmt_readonly(nint statement);
    [LibraryImport(Library)] internal static partial int sqlite3_stmt_isexplain(nint statement);

    [LibraryImport(Library)] internal static partial int sqlite3_bind_parameter_count(nint statement);
    [LibraryImport(Library)] internal static partial byte* sqlite3_bind_parameter_name(nint statement, int index);
    [LibraryImport(Library)] internal static partial int sqlite3_bind_null(nint statement, int index);
    [LibraryImport(Library)] internal static partial int sqlite3_bind_int64(nint statement, int index, long value);
    [LibraryImport(Library)] internal static partial int sqlite3_bind_double(nint statement, int index, double value);
    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_text(nint statement, int index, byte* value, int length, nint destructor);
    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_blob(nint statement, int index, byte* value, int length, nint destructor);
    [LibraryImport(Library)] internal static partial byte* sqlite3_malloc64(ulong length);

    [LibraryImport(Library)] internal static partial int sqlite3_column_count(nint statement);
    [LibraryImport(Library)] internal static partial byte* sqlite3_column_name(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial byte* sqlite3_column_decltype(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial int sqlite3_column_type(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial long sqlite3_column_int64(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial double sqlite3_column_double(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial byte* sqlite3_column_text(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial byte* sqlite3_column_blob(nint statement, int ordinal);
    [LibraryImport(Library)] internal static partial int sqlite3_column_bytes(nint statement, int ordinal);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint sqlite3_backup_init(nint target, string targetName, nint source, string sourceName);
    [LibraryImport(Library)] internal static partial int sqlite3_backup_step(nint backup, int pages);
    [LibraryImport(Library)] internal static partial int sqlite3_backup_finish(nint backup);
}
