using System.Data;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

public sealed class SqliteTransactionTests : IDisposable
{
    private readonly TemporaryDatabase database = new();
    private readonly SqliteConnection connection;

    public SqliteTransactionTests()
    {
        connection = database.Open();
        connection.Execute("CREATE TABLE t(v INTEGER PRIMARY KEY ON CONFLICT ABORT)");
    }

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void Commit_KeepsTheChanges()
    {
        using (var transaction = connection.BeginTransaction())
        {
            Assert.Same(connection, transaction.Connection);
            Assert.Equal(IsolationLevel.Serializable, transaction.IsolationLevel);
            connection.Execute("INSERT INTO t VALUES (1)");
            transaction.Commit();
            Assert.Null(transaction.Connection);
        }

        Assert.Equal(1L, connection.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void RollbackOrDispose_UndoesTheChanges()
    {
        var transaction = connection.BeginTransaction();
        connection.Execute("INSERT INTO t VALUES (1)");
        transaction.Rollback();
        using (connection.BeginTransaction())
        {
            connection.Execute("INSERT INTO t VALUES (2)");
        }

        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void CompletedTransaction_UsedAgain_IsRefused()
    {
        var transaction = connection.BeginTransaction();
        transaction.Commit();
        foreach (var use in new Action[] { transaction.Commit, transaction.Rollback, () => transaction.Save("a") })
        {
            var error = Assert.Throws<InvalidOperationException>(use);
            Assert.Equal("This SqliteTransaction has completed; it is no longer usable.", error.Message);
        }

        transaction.Dispose();
    }

    [Fact]
    public void NestedTransaction_IsRefused()
    {
        using var outer = connection.BeginTransaction();
        var error = Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
        Assert.Equal("SqliteConnection does not support nested transactions.", error.Message);
    }

    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.ReadUncommitted)]
    public void WeakerIsolation_IsGivenAsSerializable(IsolationLevel level)
    {
        using var transaction = connection.BeginTransaction(level);
        Assert.Equal(IsolationLevel.Serializable, transaction.IsolationLevel);
    }

    [Theory]
    [InlineData(IsolationLevel.Chaos)]
    [InlineData(IsolationLevel.Snapshot)]
    public void UnsupportedIsolation_IsRefused(IsolationLevel level)
    {
        Assert.Throws<ArgumentException>(() => connection.BeginTransaction(level));
        using var usable = connection.BeginTransaction();
    }

    [Fact]
    public void Command_WithoutTheOpenTransaction_IsRefused()
    {
        using var early = connection.CreateCommand();
        early.CommandText = "SELECT 1";
        using var transaction = connection.BeginTransaction();
        var error = Assert.Throws<InvalidOperationException>(() => early.ExecuteScalar());
        Assert.StartsWith("Execute requires the command to have a transaction object", error.Message, StringComparison.Ordinal);
        early.Transaction = transaction;
        Assert.Equal(1L, early.ExecuteScalar());
        Assert.Equal(2L, new SqliteCommand("SELECT 2", connection, transaction).ExecuteScalar());
    }

    [Fact]
    public void Command_WithAnotherConnectionsTransaction_IsRefused()
    {
        using var other = TemporaryDatabase.OpenMemory();
        using var transaction = other.BeginTransaction();
        using var command = new SqliteCommand("SELECT 1", connection, transaction);
        Assert.Contains("not associated with the same connection", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Savepoints_RollBackAndRelease_InsideATransaction()
    {
        using (var transaction = connection.BeginTransaction())
        {
            Assert.True(transaction.SupportsSavepoints);
            connection.Execute("INSERT INTO t VALUES (1)");
            transaction.Save("an \"odd\" name");
            connection.Execute("INSERT INTO t VALUES (2)");
            transaction.Rollback("an \"odd\" name");
            connection.Execute("INSERT INTO t VALUES (3)");
            transaction.Release("an \"odd\" name");
            Assert.Equal(1, Assert.Throws<SqliteException>(() => transaction.Release("an \"odd\" name")).SqliteErrorCode);
            transaction.Commit();
        }

        Assert.Equal("1,3", connection.Scalar("SELECT group_concat(v) FROM t"));
    }

    [Fact]
    public void RollbackBySqlite_LeavesTheTransactionUnusable()
    {
        connection.Execute("INSERT INTO t VALUES (1)");
        using var transaction = connection.BeginTransaction();
        connection.Execute("INSERT INTO t VALUES (2)");
        Assert.Throws<SqliteException>(() => connection.Execute("INSERT OR ROLLBACK INTO t VALUES (1)"));
        Assert.Throws<InvalidOperationException>(() => connection.Execute("INSERT INTO t VALUES (3)"));
        Assert.Throws<InvalidOperationException>(transaction.Commit);
        transaction.Rollback();
        Assert.Equal("1", connection.Scalar("SELECT group_concat(v) FROM t"));
    }

    [Fact]
    public void UncommittedRows_AreNotSeenByOthers()
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        using var other = database.Open();
        using var transaction = connection.BeginTransaction();
        connection.Execute("INSERT INTO t VALUES (1)");
        Assert.Equal(0L, other.Scalar("SELECT count(*) FROM t"));
        transaction.Commit();
        Assert.Equal(1L, other.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void ReadTransaction_KeepsItsSnapshot()
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        using var other = database.Open();
        using var reading = other.BeginTransaction(deferred: true);
        Assert.Equal(0L, other.Scalar("SELECT count(*) FROM t"));
        connection.Execute("INSERT INTO t VALUES (1)");
        Assert.Equal(0L, other.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void SharedCache_ReadUncommitted_SeesTheOthersRows()
    {
        static void Share(SqliteConnectionStringBuilder options)
        {
            options.DataSource = "read-uncommitted";
            options.Mode = SqliteOpenMode.Memory;
            options.Cache = SqliteCacheMode.Shared;
        }

        using var writer = database.Open(Share);
        using var reader = database.Open(Share);
        writer.Execute("CREATE TABLE s(v)");
        using var writing = writer.BeginTransaction();
        writer.Execute("INSERT INTO s VALUES (1)");
        using var reading = reader.BeginTransaction(IsolationLevel.ReadUncommitted, deferred: true);
        Assert.Equal(IsolationLevel.ReadUncommitted, reading.IsolationLevel);
        Assert.Equal(1L, reader.Scalar("SELECT count(*) FROM s"));
    }

    [Fact]
    public async Task BaseClassCalls_ReachTheTransaction()
    {
        System.Data.Common.DbConnection general = connection;
        await using (var transaction = await general.BeginTransactionAsync())
        {
            await using var command = general.CreateCommand();
            command.CommandText = "INSERT INTO t VALUES (5)";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
            await transaction.CommitAsync();
        }

        Assert.Equal(5L, connection.Scalar("SELECT v FROM t"));
    }
}
