using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.Data.Sqlite.Native;

/// <summary>
/// Owns one native connection. Closing is deferred by SQLite until the last of its statements is finalized, so that the two
/// may be collected in any order.
/// </summary>
internal sealed unsafe class Database : SafeHandle
{
    // A native cell, so that the rollback hook needs no managed object to stay where it is.
    private readonly int* rollbacks = (int*)NativeMemory.AllocZeroed(sizeof(int));

    /// <summary>Opens the file that the options name.</summary>
    /// <exception cref="SqliteException">SQLite could not open it.</exception>
    internal Database(SqliteConnectionStringBuilder options, int poolGeneration)
        : base(0, ownsHandle: true)
    {
        PoolGeneration = poolGeneration;
        var filename = options.DataSource;
        var flags = filename.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? NativeMethods.OpenUri : 0;
        flags |= options.Mode switch
        {
            SqliteOpenMode.ReadOnly => NativeMethods.OpenReadOnly,
            SqliteOpenMode.ReadWrite => NativeMethods.OpenReadWrite,
            SqliteOpenMode.Memory => NativeMethods.OpenReadWrite | NativeMethods.OpenCreate | NativeMethods.OpenMemory,
            _ => NativeMethods.OpenReadWrite | NativeMethods.OpenCreate,
        };
        flags |= options.Cache switch
        {
            SqliteCacheMode.Shared => NativeMethods.OpenSharedCache,
            SqliteCacheMode.Private => NativeMethods.OpenPrivateCache,
            _ => 0,
        };
        if (options.Mode == SqliteOpenMode.Memory && (flags & NativeMethods.OpenUri) == 0)
        {
            // A name makes the memory shareable between connections, which only a URI can say.
            flags |= NativeMethods.OpenUri;
            filename = "file:" + filename;
        }

        var rc = NativeMethods.sqlite3_open_v2(filename, out handle, flags, 0);
        try
        {
            ThrowOnError(rc);
        }
        catch
        {
            Dispose();
            throw;
        }

        NativeMethods.sqlite3_rollback_hook(handle, &CountRollback, (nint)rollbacks);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    /// <summary>Which life of its pool this connection belongs to; a cleared pool does not take it back.</summary>
    internal int PoolGeneration { get; }

    /// <summary>How often a transaction of this connection was rolled back, by whomever.</summary>
    internal int Rollbacks => Volatile.Read(ref *rollbacks);

    /// <summary>Rows changed by the latest INSERT, UPDATE or DELETE.</summary>
    internal int Changes => NativeMethods.sqlite3_changes(handle);

    internal static string LibraryVersion => Statement.Text(NativeMethods.sqlite3_libversion())!;

    /// <summary>The absolute path of the main database; empty for one in memory.</summary>
    internal string? FileName => Statement.Text(NativeMethods.sqlite3_db_filename(handle, "main"));

    /// <exception cref="SqliteException"><paramref name="rc"/> says that the last call failed.</exception>
    internal void ThrowOnError(int rc)
    {
        if (rc is not (NativeMethods.Ok or NativeMethods.Row or NativeMethods.Done))
        {
            throw Error(rc);
        }
    }

    private SqliteException Error(int rc)
    {
        if (handle == 0 || rc != NativeMethods.sqlite3_errcode(handle))
        {
            var text = Statement.Text(NativeMethods.sqlite3_errstr(rc));
            return new SqliteException(Messages.NativeError(rc, $"{text} {Messages.DefaultNativeError}"), rc);
        }

        return new SqliteException(
            Messages.NativeError(rc, Statement.Text(NativeMethods.sqlite3_errmsg(handle))!),
            rc,
            NativeMethods.sqlite3_extended_errcode(handle));
    }

    /// <summary>Copies a whole database of this connection over one of <paramref name="target"/>'s.</summary>
    internal void BackUp(Database target, string targetName, string sourceName)
    {
        var backup = NativeMethods.sqlite3_backup_init(target.handle, targetName, handle, sourceName);
        if (backup == 0)
        {
            target.ThrowOnError(NativeMethods.sqlite3_errcode(target.handle));
        }

        var rc = NativeMethods.sqlite3_backup_step(backup, -1);
        var finished = NativeMethods.sqlite3_backup_finish(backup);
        target.ThrowOnError(finished != NativeMethods.Ok ? finished : rc);
    }

    protected override bool ReleaseHandle()
    {
        // The connection may outlive this object while statements wait for their finalizers: it must not call back.
        NativeMethods.sqlite3_rollback_hook(handle, null, 0);
        NativeMethods.sqlite3_close_v2(handle);
        handle = 0;
        NativeMemory.Free(rollbacks);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CountRollback(nint counter) => Interlocked.Increment(ref *(int*)counter);
}
