using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

/// <summary>A folder of its own with one database file, removed at the end. Connections are not pooled unless asked for.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("seqcluster-sqlite-");

    public string Path => System.IO.Path.Combine(folder.FullName, "test.db");

    public string ConnectionString(Action<SqliteConnectionStringBuilder>? configure = null)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false };
        configure?.Invoke(builder);
        return builder.ConnectionString;
    }

    public SqliteConnection Open(Action<SqliteConnectionStringBuilder>? configure = null)
    {
        var connection = new SqliteConnection(ConnectionString(configure));
        connection.Open();
        return connection;
    }

    public static SqliteConnection OpenMemory()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    }

    public void Dispose() => folder.Delete(recursive: true);
}

internal static class SqliteTestExtensions
{
    public static int Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
