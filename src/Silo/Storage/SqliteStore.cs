using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SeqCluster.Contracts.Storage;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// The file <c>seqcluster.db</c>: one writer with group commit, readers beside it (WAL). A write is on the disk when its task
/// completes. Knows nothing of what is stored; the stores of grains, reminders, metrics, events and logs stand on it.
/// </summary>
public sealed class SqliteStore : IDisposable
{
    /// <summary>The file's name in the store folder.</summary>
    public const string FileName = "seqcluster.db";

    private const int ReadersBound = 8;
    private static readonly TimeSpan StallBound = TimeSpan.FromSeconds(4);

    private readonly string path;
    private readonly WriteQueue writer;
    private readonly ConcurrentBag<StoreSession> readers = [];
    private readonly SemaphoreSlim readerPlaces = new(ReadersBound);

    private SqliteStore(string path, StoreSession session, TimeProvider time)
    {
        this.path = path;
        Condition = new StoreCondition(path, time);
        writer = new WriteQueue(session, path, Condition, time);
    }

    /// <summary>Whether it takes writes.</summary>
    public StoreCondition Condition { get; }

    /// <summary>Opens or makes the store of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">Null: the system's.</param>
    /// <exception cref="StoreException">The file is damaged, of a newer version, or not ours.</exception>
    public static SqliteStore Open(string folder, TimeProvider? time = null)
    {
        var path = Path.Combine(Path.GetFullPath(folder), FileName);
        StoreSession? session = null;
        try
        {
            Directory.CreateDirectory(folder);
            session = new StoreSession(path, SqliteOpenMode.ReadWriteCreate);
            // FULL: an acknowledged step report or a stored generation must survive a power cut, not only a crash.
            session.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000");
            StoreSchema.Prepare(session, path);
            if (session.Single<string>("PRAGMA quick_check(1)") is { } found and not "ok")
            {
                throw new StoreException(Damaged(path, found));
            }

            return new SqliteStore(path, session, time ?? TimeProvider.System);
        }
        catch (SqliteException fault)
        {
            session?.Dispose();
            throw new StoreException(
                fault.SqliteErrorCode is SqliteCodes.NotADatabase or SqliteCodes.Corrupt
                    ? Damaged(path, fault.Message)
                    : $"{path}: cannot be opened ({fault.Message})",
                fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be opened ({fault.Message})", fault);
        }
        catch (StoreException)
        {
            session?.Dispose();
            throw;
        }
    }

    private static string Damaged(string path, string what) =>
        $"{path}: damaged, or not an SQLite file ({what.ReplaceLineEndings(" ")}): put a backup in its place, or what can still be read of it "
        + $"(sqlite3 {FileName} .recover | sqlite3 recovered.db), or give another --store folder; the checkpoints beside it are whole in themselves "
        + "(generate, translate and evaluate with --checkpoint FOLDER)";

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        while (readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        readerPlaces.Dispose();
    }

    /// <summary>That the write under way takes far too long, with the way out; null when none does.</summary>
    public string? StallText => Condition.Waiting is var waiting && waiting > StallBound
        ? string.Create(CultureInfo.InvariantCulture, $"{path}: a write of the store has not come back for {waiting.TotalSeconds:0} s: its disk hangs or is much too slow, or another program has locked the store; look there, the silo goes on by itself")
        : null;

    /// <summary>Completes when a write has reached the disk; changes nothing that is stored.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused.</exception>
    public Task CheckWritable() =>
        // SQLite writes the header page though the number is the one that it had.
        Write(static session => session.Script($"PRAGMA user_version = {StoreSchema.Current}"));

    /// <summary>Runs the work in the writer's next transaction; completes after the commit.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused: nothing of the work is stored.</exception>
    internal Task<T> Write<T>(Func<StoreSession, T> work) => writer.Write(work);

    /// <inheritdoc cref="Write{T}"/>
    internal Task Write(Action<StoreSession> work) => writer.Write(session =>
    {
        work(session);
        return true;
    });

    /// <summary>Runs the work on a reader's connection, off the caller's thread. Sees every write that has completed.</summary>
    /// <exception cref="StoreUnavailableException">The disk refused, or the files are gone.</exception>
    internal async Task<T> Read<T>(Func<StoreSession, T> work)
    {
        await readerPlaces.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() => ReadNow(work)).ConfigureAwait(false);
        }
        finally
        {
            readerPlaces.Release();
        }
    }

    private T ReadNow<T>(Func<StoreSession, T> work)
    {
        if (Condition.Fault is { Kind: StoreFaultKind.Gone } gone)
        {
            throw gone.ToException();
        }

        StoreSession? session = null;
        try
        {
            // Never made anew: whoever reads wants what was stored.
            session = readers.TryTake(out var idle) ? idle : new StoreSession(path, SqliteOpenMode.ReadWrite);
            var result = work(session);
            readers.Add(session);
            return result;
        }
        catch (Exception thrown)
        {
            session?.Dispose();
            if (thrown is SqliteException fault && StoreFault.KindOf(fault, path) is not null)
            {
                throw new StoreUnavailableException($"{path}: the store cannot be read ({fault.Message.TrimEnd('.')}): look at the disk and the kernel's log", isFull: false);
            }

            throw;
        }
    }
}
