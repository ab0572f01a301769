using System.Data;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

public sealed class SqliteParameterTests : IDisposable
{
    private readonly SqliteConnection connection = TemporaryDatabase.OpenMemory();

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData("@p", "@p")]
    [InlineData("$p", "$p")]
    [InlineData(":p", ":p")]
    [InlineData("@p", "p")]
    [InlineData("$p", "p")]
    [InlineData(":p", "p")]
    public void Name_WithOrWithoutPrefix_IsFound(string inText, string name)
    {
        using var command = new SqliteCommand($"SELECT {inText}", connection);
        command.Parameters.AddWithValue(name, 7);
        Assert.Equal(7L, command.ExecuteScalar());
    }

    [Fact]
    public void Name_WithTheWrongPrefix_IsMissing()
    {
        using var command = new SqliteCommand("SELECT @p", connection);
        command.Parameters.AddWithValue("$p", 7);
        Assert.Equal("Must add values for the following parameters: @p", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message);
    }

    [Fact]
    public void Name_WithoutPrefix_ThatFitsTwo_IsAmbiguous()
    {
        using var command = new SqliteCommand("SELECT @p, $p", connection);
        command.Parameters.AddWithValue("p", 7);
        Assert.Contains("'@p'", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingParameters_AreNamed()
    {
        using var command = new SqliteCommand("SELECT $a, @b, :c", connection);
        command.Parameters.AddWithValue("@b", 1);
        var error = Assert.Throws<InvalidOperationException>(command.ExecuteScalar);
        Assert.Equal("Must add values for the following parameters: $a, :c", error.Message);
    }

    [Fact]
    public void MissingParameter_OfALaterStatement_IsFoundWhenItsTurnComes()
    {
        using var command = new SqliteCommand("CREATE TABLE t(v); INSERT INTO t VALUES (1); INSERT INTO t VALUES ($v)", connection);
        Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery());
        Assert.Equal(1L, connection.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void UnusedParameter_IsIgnored()
    {
        using var command = new SqliteCommand("SELECT $a", connection);
        command.Parameters.AddWithValue("$a", 1);
        command.Parameters.AddWithValue("$unused", 2);
        Assert.Equal(1L, command.ExecuteScalar());
    }

    [Fact]
    public void NullValueOrName_IsRefused()
    {
        using var command = new SqliteCommand("SELECT $a", connection);
        var parameter = command.Parameters.AddWithValue("$a", null);
        Assert.Equal("Value must be set.", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message);
        parameter.Value = DBNull.Value;
        Assert.Same(DBNull.Value, command.ExecuteScalar());
        parameter.ParameterName = "";
        Assert.Equal("ParameterName must be set.", Assert.Throws<InvalidOperationException>(command.ExecuteScalar).Message);
    }

    [Fact]
    public void Size_CutsTextAndBlobs()
    {
        using var command = new SqliteCommand("SELECT $text, $blob, $all", connection);
        command.Parameters.Add("$text", SqliteType.Text, 3).Value = "żółty";
        command.Parameters.Add(new SqliteParameter("$blob", SqliteType.Blob, 2)).Value = new byte[] { 1, 2, 3 };
        command.Parameters.Add("$all", SqliteType.Text).Value = "whole";
        command.Parameters["$all"].Size = -1;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal("żół", reader.GetString(0));
        Assert.Equal([1, 2], reader.GetFieldValue<byte[]>(1));
        Assert.Equal("whole", reader.GetString(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteParameter().Size = -2);
    }

    [Fact]
    public void PreparedCommand_RunAgain_UsesTheNewValues()
    {
        connection.Execute("CREATE TABLE t(a, b)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO t VALUES ($a, $b)";
        var a = insert.Parameters.Add("$a", SqliteType.Integer);
        var b = insert.Parameters.Add("$b", SqliteType.Text);
        insert.Prepare();
        for (var i = 0; i < 100; i++)
        {
            a.Value = i;
            b.Value = i % 2 == 0 ? DBNull.Value : $"row {i}";
            Assert.Equal(1, insert.ExecuteNonQuery());
        }

        Assert.Equal(4950L, connection.Scalar("SELECT sum(a) FROM t"));
        Assert.Equal(50L, connection.Scalar("SELECT count(b) FROM t"));
    }

    [Fact]
    public void PreparedCommand_AfterAChangeOfSchema_StillRuns()
    {
        connection.Execute("CREATE TABLE t(a)");
        using var select = new SqliteCommand("SELECT * FROM t", connection);
        select.Prepare();
        connection.Execute("ALTER TABLE t ADD COLUMN b; INSERT INTO t VALUES (1, 2)");
        using var reader = select.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(2, reader.FieldCount);
    }

    [Fact]
    public void Collection_FindsReplacesAndRemoves()
    {
        var parameters = new SqliteCommand().Parameters;
        var first = parameters.Add(new SqliteParameter("$a", 1));
        var second = new SqliteParameter("$b", SqliteType.Text);
        Assert.Equal(1, parameters.Add((object)second));
        Assert.Same(first, parameters[0]);
        Assert.Same(second, parameters["$b"]);
        Assert.Equal(1, parameters.IndexOf("$b"));
        Assert.Equal(-1, parameters.IndexOf("b"));
        Assert.True(parameters.Contains("$a"));
        Assert.Throws<IndexOutOfRangeException>(() => parameters["$missing"]);
        var third = new SqliteParameter { ParameterName = "$c", Value = 3 };
        parameters["$a"] = third;
        Assert.Same(third, parameters[0]);
        parameters[1] = first;
        parameters.RemoveAt("$c");
        Assert.Same(first, Assert.Single(parameters.Cast<SqliteParameter>()));
        parameters.AddRange((Array)new[] { second, third });
        Assert.Equal(3, parameters.Count);
        parameters.Clear();
        Assert.Empty(parameters);
    }

    [Fact]
    public void Directions_AndCommandTypes_OtherThanTheOne_AreRefused()
    {
        using var command = connection.CreateCommand();
        Assert.Throws<ArgumentException>(() => command.CommandType = CommandType.StoredProcedure);
        Assert.Throws<ArgumentException>(() => command.CreateParameter().Direction = ParameterDirection.Output);
        Assert.Equal(ParameterDirection.Input, command.CreateParameter().Direction);
        Assert.Equal(CommandType.Text, command.CommandType);
    }

    [Fact]
    public void ResetDbType_ForgetsTheType()
    {
        var parameter = new SqliteParameter("$a", SqliteType.Blob) { Value = 1 };
        parameter.ResetDbType();
        Assert.Equal(SqliteType.Integer, parameter.SqliteType);
    }
}
