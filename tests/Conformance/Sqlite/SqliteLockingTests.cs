using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

/// <summary>Several connections to one file: waiting, giving up, and writing side by side.</summary>
public sealed class SqliteLockingTests : IDisposable
{
    private const int Busy = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    [Fact]
    public void JournalMode_Wal_IsKeptByTheFile()
    {
        using (var first = database.Open())
        {
            Assert.Equal("wal", first.Scalar("PRAGMA journal_mode = WAL"));
        }

        using var second = database.Open();
        Assert.Equal("wal", second.Scalar("PRAGMA journal_mode"));
    }

    [Fact]
    public void SecondWriter_AfterItsTimeout_IsBusy()
    {
        using var first = database.Open();
        using var second = database.Open(options => options.DefaultTimeout = 1);
        Assert.Equal(1, second.DefaultTimeout);
        using var held = first.BeginTransaction();
        var error = Assert.Throws<SqliteException>(() => second.BeginTransaction());
        Assert.Equal(Busy, error.SqliteErrorCode);
        Assert.Equal("SQLite Error 5: 'database is locked'.", error.Message);
        held.Rollback();
        using var free = second.BeginTransaction();
    }

    [Fact]
    public async Task SecondWriter_WaitsForTheFirst()
    {
        using var first = database.Open();
        first.Execute("CREATE TABLE t(v)");
        var held = first.BeginTransaction();
        first.Execute("INSERT INTO t VALUES (1)");
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = Task.Run(() =>
        {
            using var connection = database.Open();
            connection.DefaultTimeout = (int)Deadline.TotalSeconds;
            waiting.SetResult();
            using var transaction = connection.BeginTransaction();
            return connection.Scalar("SELECT count(*) FROM t");
        });
        await waiting.Task.WaitAsync(Deadline);
        held.Commit();
        Assert.Equal(1L, await second.WaitAsync(Deadline));
    }

    [Fact]
    public void DeferredTransaction_WithAnOldSnapshot_CannotWrite()
    {
        const int busySnapshot = 517;
        using var first = database.Open();
        first.Execute("PRAGMA journal_mode = WAL; CREATE TABLE t(v)");
        using var second = database.Open();
        second.DefaultTimeout = 1;
        using var transaction = second.BeginTransaction(deferred: true);
        second.Scalar("SELECT count(*) FROM t");
        first.Execute("INSERT INTO t VALUES (1)");
        var error = Assert.Throws<SqliteException>(() => second.Execute("INSERT INTO t VALUES (2)"));
        Assert.Equal((Busy, busySnapshot), (error.SqliteErrorCode, error.SqliteExtendedErrorCode));
    }

    [Fact]
    public async Task EightThreads_WithAConnectionEach_LoseNothing()
    {
        const int threadCount = 8;
        const int transactionsPerThread = 10;
        const int rowsPerTransaction = 20;
        using (var setup = database.Open())
        {
            setup.Execute("PRAGMA journal_mode = WAL; CREATE TABLE t(thread, round, row, PRIMARY KEY(thread, round, row))");
        }

        var threads = new Task[threadCount];
        for (var i = 0; i < threadCount; i++)
        {
            var thread = i;
            threads[i] = Task.Factory.StartNew(() => Write(thread), TaskCreationOptions.LongRunning);
        }

        await Task.WhenAll(threads).WaitAsync(Deadline);

        using var check = database.Open();
        Assert.Equal((long)threadCount * transactionsPerThread * rowsPerTransaction, check.Scalar("SELECT count(*) FROM t"));
        Assert.Equal("ok", check.Scalar("PRAGMA integrity_check"));

        void Write(int thread)
        {
            using var connection = database.Open();
            connection.DefaultTimeout = (int)Deadline.TotalSeconds;
            connection.Execute("PRAGMA synchronous = OFF");
            for (var round = 0; round < transactionsPerThread; round++)
            {
                using var transaction = connection.BeginTransaction();
                using var insert = new SqliteCommand("INSERT INTO t VALUES ($thread, $round, $row)", connection, transaction);
                insert.Parameters.AddRange([new("$thread", thread), new("$round", round)]);
                var row = insert.Parameters.Add("$row", SqliteType.Integer);
                for (var i = 0; i < rowsPerTransaction; i++)
                {
                    row.Value = i;
                    Assert.Equal(1, insert.ExecuteNonQuery());
                }

                transaction.Commit();
            }
        }
    }
}
