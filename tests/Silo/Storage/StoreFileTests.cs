using Microsoft.Data.Sqlite;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class StoreFileTests
{
    [Fact]
    public void File_ThatIsNoDatabase_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, SqliteStore.FileName), new string('x', 5_000));
        var fault = Assert.Throws<StoreException>(() => SqliteStore.Open(folder.Path));
        Assert.Contains("damaged, or not an SQLite file", fault.Message);
        Assert.Contains(folder.Path, fault.Message);
    }

    [Fact]
    public void File_OfANewerVersion_IsRefused()
    {
        using var folder = new TemporaryFolder();
        SqliteStore.Open(folder.Path).Dispose();
        Run(folder, "PRAGMA user_version = 99");
        Assert.Contains("version 99", Assert.Throws<StoreException>(() => SqliteStore.Open(folder.Path)).Message);
    }

    [Fact]
    public void File_OfAnotherProgram_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Run(folder, "CREATE TABLE theirs(a)");
        Assert.Contains("another program", Assert.Throws<StoreException>(() => SqliteStore.Open(folder.Path)).Message);
    }

    private static void Run(TemporaryFolder folder, string sql)
    {
        var options = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.Path, SqliteStore.FileName), Pooling = false };
        using var connection = new SqliteConnection(options.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
