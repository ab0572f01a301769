using System.Data;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

public sealed class SqliteReaderTests : IDisposable
{
    private readonly SqliteConnection connection = TemporaryDatabase.OpenMemory();

    public void Dispose() => connection.Dispose();

    [Fact]
    public void SeveralStatements_GiveTheirResultsInTurn()
    {
        using var command = new SqliteCommand(
            """
            CREATE TABLE t(v); -- a comment; with a semicolon
            INSERT INTO t VALUES (1), (2);
            SELECT v FROM t ORDER BY v;
            UPDATE t SET v = v + 10;
            SELECT v FROM t WHERE v > 100;
            SELECT 'last'; /* the end */
            """,
            connection);
        using var reader = command.ExecuteReader();
        Assert.Equal(2, reader.RecordsAffected);
        Assert.True(reader.HasRows);
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetInt32(0));
        Assert.True(reader.Read());
        Assert.Equal(2, reader.GetInt32(0));
        Assert.False(reader.Read());
        Assert.False(reader.Read());
        Assert.True(reader.NextResult());
        Assert.Equal(4, reader.RecordsAffected);
        Assert.False(reader.HasRows);
        Assert.False(reader.Read());
        Assert.True(reader.NextResult());
        Assert.True(reader.Read());
        Assert.Equal("last", reader.GetString(0));
        Assert.False(reader.NextResult());
        Assert.False(reader.NextResult());
        Assert.Equal(0, reader.FieldCount);
    }

    [Fact]
    public void DisposedReader_HasRunTheRest()
    {
        connection.Execute("CREATE TABLE t(v)");
        using var command = new SqliteCommand("SELECT 1; INSERT INTO t VALUES (1), (2); INSERT INTO t VALUES (3)", connection);
        var reader = command.ExecuteReader();
        reader.Close();
        Assert.Equal(3, reader.RecordsAffected);
        Assert.Equal(3L, connection.Scalar("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ;; -- nothing\n")]
    [InlineData("SELECT 1 WHERE 0")]
    public void NothingToRead_IsNullAndMinusOne(string sql)
    {
        Assert.Null(connection.Scalar(sql));
        Assert.Equal(-1, connection.Execute(sql));
    }

    [Fact]
    public void Returning_CountsItsRows()
    {
        connection.Execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v)");
        using var command = new SqliteCommand("INSERT INTO t(v) VALUES ('a'), ('b') RETURNING id", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(1L, reader["ID"]);
        Assert.True(reader.Read());
        Assert.False(reader.Read());
        Assert.Equal(2, reader.RecordsAffected);
    }

    [Fact]
    public void Upsert_CountsTheRowItReplaced()
    {
        connection.Execute("CREATE TABLE m(job, step, name, value, PRIMARY KEY(job, step, name)) WITHOUT ROWID");
        const string upsert = "INSERT INTO m VALUES ('j', 1, 'loss', 2.5) ON CONFLICT DO UPDATE SET value = excluded.value + 1";
        Assert.Equal(1, connection.Execute(upsert));
        Assert.Equal(1, connection.Execute(upsert));
        Assert.Equal(3.5, connection.Scalar("SELECT value FROM m"));
    }

    [Fact]
    public void Columns_HaveNamesTypesAndOrdinals()
    {
        connection.Execute("CREATE TABLE t(Id INTEGER, Name VARCHAR(20), Price NUMERIC, Score DOUBLE, Data BLOB)");
        using var command = new SqliteCommand("SELECT *, 1 + 1 AS Two, 'x' AS two FROM t", connection);
        using (var empty = command.ExecuteReader())
        {
            Assert.Equal(typeof(long), empty.GetFieldType(0));
            Assert.Equal(typeof(string), empty.GetFieldType(1));
            Assert.Equal(typeof(double), empty.GetFieldType(3));
            Assert.Equal(typeof(byte[]), empty.GetFieldType(4));
        }

        connection.Execute("INSERT INTO t VALUES (1, 'n', 2.5, 3.5, x'01')");
        using var reader = command.ExecuteReader(CommandBehavior.Default);
        Assert.Equal(7, reader.FieldCount);
        Assert.Equal("VARCHAR", reader.GetDataTypeName(1));
        Assert.Equal("INTEGER", reader.GetDataTypeName(5));
        Assert.Equal("TEXT", reader.GetDataTypeName(6));
        Assert.Equal("Price", reader.GetName(2));
        Assert.Equal(2, reader.GetOrdinal("price"));
        Assert.Equal(6, reader.GetOrdinal("two"));
        Assert.Throws<InvalidOperationException>(() => reader.GetOrdinal("TWO"));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetOrdinal("missing"));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetFieldType(7));
        Assert.True(reader.Read());
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetValue(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetInt64(-1));
        var values = new object[7];
        Assert.Equal(7, reader.GetValues(values));
        Assert.Equal([1L, "n", 2.5, 3.5, new byte[] { 1 }, 2L, "x"], values);
    }

    [Fact]
    public void Value_BeforeOrAfterTheRows_IsRefused()
    {
        using var command = new SqliteCommand("SELECT 1", connection);
        using var reader = command.ExecuteReader();
        Assert.Equal("No data exists for the row/column.", Assert.Throws<InvalidOperationException>(() => reader.GetInt32(0)).Message);
        Assert.True(reader.Read());
        Assert.False(reader.Read());
        Assert.Throws<InvalidOperationException>(() => reader.GetValue(0));
        Assert.Throws<InvalidOperationException>(() => reader.IsDBNull(0));
    }

    [Fact]
    public void BytesAndChars_AreCopiedInParts()
    {
        // A query each: over two expressions the original crashes the process here.
        using var command = new SqliteCommand("SELECT x'0102030405'; SELECT 'żółw'", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(5, reader.GetBytes(0, 0, null, 0, 0));
        var bytes = new byte[4];
        Assert.Equal(2, reader.GetBytes(0, 3, bytes, 1, 3));
        Assert.Equal([0, 4, 5, 0], bytes);
        Assert.Equal(0, reader.GetBytes(0, 9, bytes, 0, 4));
        using var stream = reader.GetStream(0);
        Assert.Equal((5L, 1), (stream.Length, stream.ReadByte()));
        Assert.True(reader.NextResult());
        Assert.True(reader.Read());
        Assert.Equal(4, reader.GetChars(0, 0, null, 0, 0));
        var chars = new char[2];
        Assert.Equal(2, reader.GetChars(0, 1, chars, 0, 2));
        Assert.Equal("ół", new string(chars));
        using var text = reader.GetFieldValue<TextReader>(0);
        Assert.Equal("żółw", text.ReadToEnd());
    }

    [Fact]
    public void Stream_OfAStoredBlob_ReadsIt()
    {
        connection.Execute("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB); INSERT INTO t VALUES (1, zeroblob(1000))");
        using var command = new SqliteCommand("SELECT id, b FROM t", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        using var stream = reader.GetFieldValue<Stream>(1);
        Assert.Equal(1000, stream.Length);
        Assert.Equal(1000, reader.GetBytes(1, 0, new byte[1000], 0, 1000));
        Assert.False(stream.CanWrite);
    }

    [Fact]
    public void OpenReader_LetsOtherCommandsRun()
    {
        connection.Execute("CREATE TABLE t(v); INSERT INTO t VALUES (1), (2), (3)");
        using var command = new SqliteCommand("SELECT v FROM t ORDER BY v", connection);
        using var reader = command.ExecuteReader();
        using var update = new SqliteCommand("UPDATE t SET v = -v WHERE v = $v", connection);
        var v = update.Parameters.Add("$v", SqliteType.Integer);
        var seen = 0;
        while (reader.Read())
        {
            v.Value = reader.GetInt64(0);
            Assert.Equal(1, update.ExecuteNonQuery());
            seen++;
        }

        Assert.Equal(3, seen);
        Assert.Equal(-6L, connection.Scalar("SELECT sum(v) FROM t"));
    }

    [Fact]
    public void CommandWithAnOpenReader_RefusesASecondAndAChange()
    {
        using var command = new SqliteCommand("SELECT 1", connection);
        using (command.ExecuteReader())
        {
            Assert.StartsWith("An open reader", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => command.CommandText = "SELECT 2");
            Assert.Throws<InvalidOperationException>(() => command.Connection = null);
        }

        command.CommandText = "SELECT 2";
        Assert.Equal(2L, command.ExecuteScalar());
    }

    [Fact]
    public async Task AsyncCalls_GiveTheSameRows()
    {
        await using var command = new SqliteCommand("SELECT 1 UNION SELECT 2", connection);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(1, await reader.GetFieldValueAsync<int>(0));
            Assert.False(await reader.IsDBNullAsync(0));
            Assert.False(await reader.NextResultAsync());
        }

        Assert.Equal(1L, await command.ExecuteScalarAsync());
        await using var again = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, CancellationToken.None);
        Assert.True(again.HasRows);
        await again.CloseAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteReaderAsync(new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Enumeration_GivesEachRecord()
    {
        using var command = new SqliteCommand("SELECT 1 AS v UNION SELECT 2", connection);
        using var reader = command.ExecuteReader();
        Assert.Equal([1L, 2L], reader.Cast<IDataRecord>().Select(record => record.GetInt64(0)));
    }
}
