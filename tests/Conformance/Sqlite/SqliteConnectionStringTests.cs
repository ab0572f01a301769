using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

public sealed class SqliteConnectionStringTests
{
    [Fact]
    public void Builder_Empty_HasTheDefaults()
    {
        var builder = new SqliteConnectionStringBuilder();
        Assert.Equal("", builder.DataSource);
        Assert.Equal(SqliteOpenMode.ReadWriteCreate, builder.Mode);
        Assert.Equal(SqliteCacheMode.Default, builder.Cache);
        Assert.Null(builder.ForeignKeys);
        Assert.False(builder.RecursiveTriggers);
        Assert.Equal(30, builder.DefaultTimeout);
        Assert.True(builder.Pooling);
        Assert.Equal("", builder.ConnectionString);
    }

    [Fact]
    public void Builder_WritesWhatItReads()
    {
        var builder = new SqliteConnectionStringBuilder
        {
            DataSource = "a;b.db",
            Mode = SqliteOpenMode.ReadOnly,
            Cache = SqliteCacheMode.Private,
            ForeignKeys = true,
            RecursiveTriggers = true,
            DefaultTimeout = 5,
            Pooling = false,
        };
        Assert.Equal(
            "Data Source=\"a;b.db\";Mode=ReadOnly;Cache=Private;Foreign Keys=True;Recursive Triggers=True;Default Timeout=5;Pooling=False",
            builder.ConnectionString);
        var read = new SqliteConnectionStringBuilder(builder.ConnectionString);
        Assert.Equal(builder.DataSource, read.DataSource);
        Assert.Equal(SqliteOpenMode.ReadOnly, read.Mode);
        Assert.Equal(SqliteCacheMode.Private, read.Cache);
        Assert.True(read.ForeignKeys);
        Assert.True(read.RecursiveTriggers);
        Assert.Equal(5, read.DefaultTimeout);
        Assert.False(read.Pooling);
    }

    [Theory]
    [InlineData("Filename=x")]
    [InlineData("DataSource=x")]
    [InlineData("data source=x")]
    public void Keyword_ByAliasOrOtherCase_IsTheSame(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        Assert.Equal("x", builder.DataSource);
        Assert.Equal("x", builder["Data Source"]);
        Assert.True(builder.Remove("Filename"));
        Assert.Equal("", builder.DataSource);
        Assert.True(builder.ContainsKey("Command Timeout"));
    }

    [Fact]
    public void UnknownKeyword_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new SqliteConnection("Data Source=x;Colour=Blue"));
        Assert.StartsWith("Connection string keyword 'colour' is not supported.", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Mode=Backwards")]
    [InlineData("Cache=Maybe")]
    public void Value_OutsideItsEnumeration_IsRefused(string connectionString)
        => Assert.ThrowsAny<ArgumentException>(() => new SqliteConnectionStringBuilder(connectionString));

    [Fact]
    public void Clear_RestoresTheDefaults()
    {
        var builder = new SqliteConnectionStringBuilder("Data Source=x;Mode=Memory;Cache=Shared;Pooling=False;Default Timeout=1");
        builder.Clear();
        Assert.Equal(SqliteOpenMode.ReadWriteCreate, builder.Mode);
        Assert.Equal(30, builder.DefaultTimeout);
        Assert.True(builder.Pooling);
    }

    [Theory]
    [InlineData("", 0L)]
    [InlineData(";Recursive Triggers=True;Foreign Keys=True", 1L)]
    public void Options_ReachTheConnection(string options, long recursiveTriggers)
    {
        using var connection = new SqliteConnection("Data Source=:memory:;Command Timeout=7" + options);
        connection.Open();
        Assert.Equal(7, connection.DefaultTimeout);
        Assert.Equal(7, connection.CreateCommand().CommandTimeout);
        Assert.Equal(recursiveTriggers, connection.Scalar("PRAGMA recursive_triggers"));
    }
}
