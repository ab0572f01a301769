using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// The only writer of the store: takes what has gathered since the last commit into one transaction, so that one fsync serves
/// many callers. A caller hears of success only after that commit; a write that throws is undone without its neighbours.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private const int QueueBound = 4_096;
    private const int BatchBound = 1_024;

    private readonly Channel<StoreWrite> queue = Channel.CreateBounded<StoreWrite>(
        new BoundedChannelOptions(QueueBound) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly StoreSession session;
    private readonly Thread thread;

    /// <summary>Takes the session over.</summary>
    public WriteQueue(StoreSession session)
    {
        this.session = session;
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
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<StoreWrite> batch)
    {
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            while (batch.Count < BatchBound && queue.Reader.TryRead(out var write))
            {
                if (RunOne(write))
                {
                    batch.Add(write);
                }
            }

            session.Execute("COMMIT");
        }
        catch (SqliteException fault)
        {
            Undo();
            while (batch.Count == 0 && queue.Reader.TryRead(out var write))
            {
                // The transaction could not even begin: these callers must not wait for a disk that may stay full.
                batch.Add(write);
            }

            var failure = new StoreException($"the store could not be written: {fault.Message}", fault);
            batch.ForEach(write => write.Fail(failure));
            return;
        }

        batch.ForEach(static write => write.Complete());
    }

    private bool RunOne(StoreWrite write)
    {
        session.Execute("SAVEPOINT one");
        try
        {
            write.Run(session);
            session.Execute("RELEASE one");
            return true;
        }
        catch (Exception fault)
        {
            // Whatever a caller's work throws is the caller's; the thread and the other writes go on.
            session.Keys.Forget();
            write.Fail(fault);
            session.Execute("ROLLBACK TO one");
            session.Execute("RELEASE one");
            return false;
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
}
