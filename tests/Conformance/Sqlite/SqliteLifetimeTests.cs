using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

/// <summary>Opening, closing, disposing in any order, and what the pool keeps.</summary>
public sealed class SqliteLifetimeTests : IDisposable
{
    private readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    [Fact]
    public void Connection_TellsItsState()
    {
        using var connection = new SqliteConnection();
        List<ConnectionState> states = [];
        connection.StateChange += (_, change) => states.Add(change.CurrentState);
        connection.ConnectionString = database.ConnectionString();
        Assert.Equal(ConnectionState.Closed, connection.State);
        connection.Open();
        connection.Open();
        Assert.Equal(ConnectionState.Open, connection.State);
        Assert.Equal(database.Path, connection.DataSource);
        Assert.Equal("main", connection.Database);
        Assert.True(Version.Parse(connection.ServerVersion) >= new Version(3, 35));
        Assert.Throws<InvalidOperationException>(() => connection.ConnectionString = "");
        connection.Close();
        connection.Close();
        Assert.Equal([ConnectionState.Open, ConnectionState.Closed], states);
    }

    [Fact]
    public async Task OpenAsync_OpensAndCloses()
    {
        await using var connection = new SqliteConnection(database.ConnectionString());
        await connection.OpenAsync();
        Assert.Equal(ConnectionState.Open, connection.State);
        await connection.CloseAsync();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void ClosedConnection_RefusesWork()
    {
        var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        connection.Dispose();
        var error = Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
        Assert.Equal("BeginTransaction can only be called when the connection is open.", error.Message);
        Assert.Throws<InvalidOperationException>(command.ExecuteScalar);
        Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery());
        Assert.Throws<InvalidOperationException>(command.ExecuteReader);
        Assert.Throws<InvalidOperationException>(command.Prepare);
        Assert.Throws<InvalidOperationException>(() => connection.BackupDatabase(connection));
        Assert.Throws<InvalidOperationException>(new SqliteCommand("SELECT 1").ExecuteScalar);
    }

    [Fact]
    public void DisposedConnection_OpensAgain()
    {
        var connection = database.Open();
        connection.Execute("CREATE TABLE t(v)");
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM t";
        Assert.Equal(0L, command.ExecuteScalar());
        connection.Dispose();
        connection.Open();
        Assert.Equal(0L, command.ExecuteScalar());
        connection.Dispose();
    }

    [Fact]
    public void ConnectionDisposedFirst_ClosesReaderAndTransaction()
    {
        var connection = database.Open();
        connection.Execute("CREATE TABLE t(v)");
        var transaction = connection.BeginTransaction();
        var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO t VALUES (1); SELECT v FROM t; SELECT 2";
        var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        connection.Dispose();
        Assert.True(reader.IsClosed);
        Assert.Equal("Invalid attempt to call Read when reader is closed.", Assert.Throws<InvalidOperationException>(() => reader.Read()).Message);
        Assert.Throws<InvalidOperationException>(() => reader.GetInt32(0));
        reader.Dispose();
        command.Dispose();
        Assert.Throws<InvalidOperationException>(transaction.Commit);
        transaction.Dispose();
        using var check = database.Open();
        Assert.Equal(0L, check.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void CommandDisposedFirst_ClosesItsReader()
    {
        using var connection = database.Open();
        var command = new SqliteCommand("SELECT 1", connection);
        var reader = command.ExecuteReader();
        command.Dispose();
        Assert.True(reader.IsClosed);
        reader.Dispose();
        command.Dispose();
    }

    [Fact]
    public void CloseConnectionBehaviour_ClosesItWithTheReader()
    {
        using var connection = database.Open();
        using var command = new SqliteCommand("SELECT 1", connection);
        command.ExecuteReader(CommandBehavior.CloseConnection).Dispose();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void ForgottenCommandsAndReaders_DoNotKeepTheFileLocked()
    {
        using (var connection = database.Open())
        {
            connection.Execute("CREATE TABLE t(v); INSERT INTO t VALUES (1), (2)");
            new SqliteCommand("SELECT v FROM t", connection).ExecuteReader().Read();
        }

        using var other = database.Open(options => options.DefaultTimeout = 1);
        other.Execute("DROP TABLE t");
    }

    [Fact]
    public void PooledConnection_IsReusedUntilThePoolIsCleared()
    {
        var connectionString = database.ConnectionString(options => options.Pooling = true);
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Execute("CREATE TEMP TABLE mark(v)");
        connection.Close();

        // A temporary table lives as long as the native connection, so it tells whether that was reused.
        connection.Open();
        Assert.Equal(1L, connection.Scalar("SELECT count(*) FROM sqlite_temp_master"));
        SqliteConnection.ClearPool(connection);
        connection.Close();
        connection.Open();
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM sqlite_temp_master"));
        connection.Execute("CREATE TEMP TABLE mark(v)");
        connection.Close();
        SqliteConnection.ClearAllPools();
        connection.Open();
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM sqlite_temp_master"));
        SqliteConnection.ClearPool(connection);
    }

    [Fact]
    public void PooledConnection_GivenBack_HasNoOpenTransaction()
    {
        var connectionString = database.ConnectionString(options => options.Pooling = true);
        using (var first = new SqliteConnection(connectionString))
        {
            first.Open();
            first.Execute("CREATE TABLE t(v)");
            first.BeginTransaction();
            first.Execute("INSERT INTO t VALUES (1)");
        }

        using var second = new SqliteConnection(connectionString);
        second.Open();
        using (var transaction = second.BeginTransaction())
        {
            Assert.Equal(0L, second.Scalar("SELECT count(*) FROM t"));
        }

        SqliteConnection.ClearPool(second);
    }

    [Fact]
    public void MemoryDatabases_AreSharedByNameAndNotOtherwise()
    {
        using var alone = TemporaryDatabase.OpenMemory();
        using var other = TemporaryDatabase.OpenMemory();
        alone.Execute("CREATE TABLE t(v)");
        Assert.Throws<SqliteException>(() => other.Execute("SELECT * FROM t"));

        const string shared = "Data Source=seqcluster-shared;Mode=Memory;Cache=Shared";
        using var first = new SqliteConnection(shared);
        using var second = new SqliteConnection(shared);
        first.Open();
        second.Open();
        first.Execute("CREATE TABLE t(v)");
        Assert.Equal(0L, second.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Backup_CopiesTheWholeDatabase()
    {
        using var source = TemporaryDatabase.OpenMemory();
        source.Execute("CREATE TABLE t(v); INSERT INTO t VALUES (1), (2), (3)");
        using var target = new SqliteConnection(database.ConnectionString());
        source.BackupDatabase(target);
        Assert.Equal(ConnectionState.Closed, target.State);
        target.Open();
        Assert.Equal(6L, target.Scalar("SELECT sum(v) FROM t"));
        source.Execute("DELETE FROM t");
        source.BackupDatabase(target, "main", "main");
        Assert.Equal(ConnectionState.Open, target.State);
        Assert.Equal(0L, target.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Backup_OntoALockedDatabase_IsBusy()
    {
        using var source = TemporaryDatabase.OpenMemory();
        source.Execute("CREATE TABLE t(v)");
        using var holder = database.Open();
        using var held = holder.BeginTransaction();
        using var target = database.Open();
        Assert.Equal(5, Assert.Throws<SqliteException>(() => source.BackupDatabase(target)).SqliteErrorCode);
    }

    [Fact]
    public void Factory_MakesThisProvidersObjects()
    {
        DbProviderFactory factory = SqliteFactory.Instance;
        Assert.IsType<SqliteConnection>(factory.CreateConnection());
        Assert.IsType<SqliteCommand>(factory.CreateCommand());
        Assert.IsType<SqliteParameter>(factory.CreateParameter());
        Assert.IsType<SqliteConnectionStringBuilder>(factory.CreateConnectionStringBuilder());
        using var connection = new SqliteConnection();
        Assert.Same(factory, DbProviderFactories.GetFactory(connection));
    }
}
