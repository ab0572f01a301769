using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

public sealed class SqliteErrorTests : IDisposable
{
    private readonly SqliteConnection connection;

    public SqliteErrorTests()
    {
        connection = new SqliteConnection("Data Source=:memory:;Foreign Keys=True");
        connection.Open();
        connection.Execute("""
            CREATE TABLE parent(id INTEGER PRIMARY KEY);
            CREATE TABLE t(id INTEGER PRIMARY KEY, u UNIQUE, n NOT NULL DEFAULT 0, c CHECK (c > 0), p REFERENCES parent(id));
            INSERT INTO t(id, u) VALUES (1, 'one');
            """);
    }

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData("SELEC 1", 1, 1, "SQLite Error 1: 'near \"SELEC\": syntax error'.")]
    [InlineData("SELECT * FROM missing", 1, 1, "SQLite Error 1: 'no such table: missing'.")]
    [InlineData("SELECT missing FROM t", 1, 1, "SQLite Error 1: 'no such column: missing'.")]
    [InlineData("CREATE TABLE t(id)", 1, 1, "SQLite Error 1: 'table t already exists'.")]
    [InlineData("INSERT INTO t(id) VALUES (1)", 19, 1555, "SQLite Error 19: 'UNIQUE constraint failed: t.id'.")]
    [InlineData("INSERT INTO t(u) VALUES ('one')", 19, 2067, "SQLite Error 19: 'UNIQUE constraint failed: t.u'.")]
    [InlineData("INSERT INTO t(n) VALUES (NULL)", 19, 1299, "SQLite Error 19: 'NOT NULL constraint failed: t.n'.")]
    [InlineData("INSERT INTO t(c) VALUES (0)", 19, 275, "SQLite Error 19: 'CHECK constraint failed: c > 0'.")]
    [InlineData("INSERT INTO t(p) VALUES (7)", 19, 787, "SQLite Error 19: 'FOREIGN KEY constraint failed'.")]
    [InlineData("INSERT INTO t(id) VALUES ('x')", 20, 20, "SQLite Error 20: 'datatype mismatch'.")]
    public void Failure_HasCodesAndMessage(string sql, int code, int extendedCode, string message)
    {
        var error = Assert.Throws<SqliteException>(() => connection.Execute(sql));
        Assert.Equal((code, extendedCode), (error.SqliteErrorCode, error.SqliteExtendedErrorCode));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void FailedCommand_CanBeRunAgain()
    {
        using var insert = new SqliteCommand("INSERT INTO t(id) VALUES ($id)", connection);
        var id = insert.Parameters.AddWithValue("$id", 1);
        Assert.Throws<SqliteException>(() => insert.ExecuteNonQuery());
        id.Value = 2;
        Assert.Equal(1, insert.ExecuteNonQuery());
        Assert.Throws<SqliteException>(() => insert.ExecuteNonQuery());
        id.Value = 3;
        Assert.Equal(1, insert.ExecuteNonQuery());
    }

    [Fact]
    public void FailureWhileReading_ThrowsFromRead()
    {
        using var command = new SqliteCommand("SELECT 1 UNION ALL SELECT abs(-9223372036854775808)", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal("SQLite Error 1: 'integer overflow'.", Assert.Throws<SqliteException>(() => reader.Read()).Message);
    }

    [Fact]
    public void MissingFile_OpenedReadOnly_CannotBeOpened()
    {
        using var database = new TemporaryDatabase();
        foreach (var mode in new[] { SqliteOpenMode.ReadOnly, SqliteOpenMode.ReadWrite })
        {
            var error = Assert.Throws<SqliteException>(() => database.Open(options => options.Mode = mode));
            Assert.Equal(14, error.SqliteErrorCode);
            Assert.Equal("SQLite Error 14: 'unable to open database file'.", error.Message);
        }

        Assert.False(File.Exists(database.Path));
    }

    [Fact]
    public void ReadOnlyConnection_CannotWrite()
    {
        using var database = new TemporaryDatabase();
        using (var writer = database.Open(options => options.Mode = SqliteOpenMode.ReadWriteCreate))
        {
            writer.Execute("CREATE TABLE t(v)");
        }

        using var reader = database.Open(options => options.Mode = SqliteOpenMode.ReadOnly);
        Assert.Equal(8, Assert.Throws<SqliteException>(() => reader.Execute("INSERT INTO t VALUES (1)")).SqliteErrorCode);
    }

    [Fact]
    public void File_ThatIsNoDatabase_IsRefused()
    {
        using var database = new TemporaryDatabase();
        File.WriteAllText(database.Path, new string('x', 4096));
        using var reading = database.Open();
        Assert.Equal(26, Assert.Throws<SqliteException>(() => reading.Scalar("SELECT * FROM sqlite_master")).SqliteErrorCode);
    }

    [Fact]
    public void Exception_MadeByHand_KeepsItsCodes()
    {
        Assert.Equal(5, new SqliteException("locked", 5).SqliteExtendedErrorCode);
        var error = new SqliteException("snapshot", 5, 517);
        Assert.Equal(("snapshot", 5, 517), (error.Message, error.SqliteErrorCode, error.SqliteExtendedErrorCode));
    }
}
