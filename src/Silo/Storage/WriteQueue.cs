using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SeqCluster.Silo.Telemetry;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// The only writer of the store: takes what has gathered since the last commit into one transaction, so that one fsync serves
/// many callers. A caller hears of success only after that commit, and after a look that the files are still in their places; a write
/// that throws is undone without its neighbours. While the disk refuses, it tries again by itself.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private const int QueueBound = 4_096;
    private const int BatchBound = 1_024;

    // More than a batch of reports: what fits now and not a moment later is no room.
    private const int ProbeBytes = 256 << 10;

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowBound = TimeSpan.FromSeconds(2);

    private readonly Channel<StoreWrite> queue = Channel.CreateBounded<StoreWrite>(
        new BoundedChannelOptions(QueueBound) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly StoreSession session;
    private readonly string path;
    private readonly StoreFiles files;
    private readonly StoreCondition condition;
    private readonly TimeProvider time;
    private readonly Thread thread;
    private long lastLook;

    /// <summary>Takes the session over.</summary>
    public WriteQueue(StoreSession session, string path, StoreCondition condition, TimeProvider time)
    {
        (this.session, this.path, this.condition, this.time) = (session, path, condition, time);
        files = StoreFiles.Of(path);
        lastLook = time.GetTimestamp();
        thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        thread.Start();
    }

    /// <summary>Waits for a place in the queue, then for the commit.</summary>
    /// <exception cref="ObjectDisposedException">The store was closed.</exception>
    public async Task<T> Write<T>(Func<StoreSession, T> work)
    {
        var write = new StoreWrite<T>(work);
        try
        {
            await queue.Writer.WriteAsync(write).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }

        return await write.Completion.ConfigureAwait(false);
    }

    /// <summary>Commits what is queued and closes the session.</summary>
    public void Dispose()
    {
        if (queue.Writer.TryComplete())
        {
            thread.Join();
            session.Dispose();
        }
    }

    private void Run()
    {
        var batch = new List<StoreWrite>(BatchBound);
        var more = queue.Reader.WaitToReadAsync().AsTask();
        while (true)
        {
            Task.WhenAny(more, Task.Delay(LookPeriod, time, CancellationToken.None)).GetAwaiter().GetResult();
            if (more.IsCompleted)
            {
                if (!more.Result)
                {
                    return;
                }

                Commit(batch);
                batch.Clear();
                more = queue.Reader.WaitToReadAsync().AsTask();
            }

            Look();
        }
    }

    private void Commit(List<StoreWrite> batch)
    {
        var refusal = TryCommit(batch) ?? Loss();
        if (refusal is null)
        {
            batch.ForEach(static write => write.Complete());
            return;
        }

        SiloMeters.WritesRefused.Add(batch.Count);
        batch.ForEach(write => write.Fail(refusal.ToException()));
    }

    // Whatever happens, the batch then holds every write that was taken from the queue and not answered.
    private StoreFault? TryCommit(List<StoreWrite> batch)
    {
        if (condition.Fault is { Kind: StoreFaultKind.Gone } gone)
        {
            TakeAll(batch);
            return gone;
        }

        condition.Begins();
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            while (batch.Count < BatchBound && queue.Reader.TryRead(out var write))
            {
                RunOne(write, batch);
            }

            session.Execute("COMMIT");
            return null;
        }
        catch (SqliteException fault)
        {
            Undo();

            if (batch.Count == 0)
            {
                // The transaction could not even begin: these callers must not wait for a disk that may stay full.
                TakeAll(batch);
            }

            return condition.Fail(fault);
        }
        finally
        {
            condition.Ends(SlowBound);
        }
    }

    private void TakeAll(List<StoreWrite> batch)
    {
        while (batch.Count < BatchBound && queue.Reader.TryRead(out var write))
        {
            batch.Add(write);
        }
    }

    private void RunOne(StoreWrite write, List<StoreWrite> batch)
    {
        batch.Add(write);
        session.Execute("SAVEPOINT one");
        try
        {
            write.Run(session);
            session.Execute("RELEASE one");
        }
        catch (Exception fault) when (fault is not SqliteException refusal || StoreFault.KindOf(refusal, path) is null)
        {
            // Whatever a caller's work throws is the caller's; the thread and the other writes go on.
            session.Keys.Forget();
            batch.RemoveAt(batch.Count - 1);
            write.Fail(fault);
            session.Execute("ROLLBACK TO one");
            session.Execute("RELEASE one");
        }
    }

    private void Undo()
    {
        session.Keys.Forget();
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back itself, as it does after a full disk or an I/O error.
        }
    }

    // Also when nobody writes: a silo whose files are gone must not find out by the next promise.
    private void Look()
    {
        if (time.GetElapsedTime(lastLook) < LookPeriod)
        {
            return;
        }

        lastLook = time.GetTimestamp();
        if (Loss() is null && condition.Fault is not null)
        {
            Probe();
        }
    }

    private StoreFault? Loss()
    {
        if (condition.Fault is { Kind: StoreFaultKind.Gone } gone)
        {
            return gone;
        }

        return files.Loss() is { } loss ? condition.Fail(StoreFaultKind.Gone, $"{loss}; {Save()}") : null;
    }

    // The files have no names any more, but as long as they are open everything is in them.
    private string Save()
    {
        var saved = $"{path}.saved-{time.GetUtcNow():yyyyMMdd-HHmmss}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            session.Script($"VACUUM INTO '{saved.Replace("'", "''", StringComparison.Ordinal)}'");
            files.RemoveBeside();
            return $"what it held is saved in {saved}: move that to {path} and start the silo again";
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            return $"what it held could not be saved ({fault.Message}): put a backup at {path}, or give another --store folder, and start the silo again";
        }
    }

    // Nobody reads this row.
    private void Probe()
    {
        try
        {
            session.Execute(
                "INSERT OR REPLACE INTO grain_state(grain_id, state_name, etag, payload) VALUES('store', 'probe', '', zeroblob($1))", ProbeBytes);
            session.Execute("DELETE FROM grain_state WHERE grain_id = 'store' AND state_name = 'probe'");
            condition.Restore();
        }
        catch (SqliteException fault)
        {
            Undo();
            condition.Fail(fault);
        }
    }
}
