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

    /// <summary>A bad sector, or another program that wrote into it: the file opens, and is wrong inside.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void File_WithAPageOverwritten_IsRefusedWithTheWayOut(double place)
    {
        using var folder = new TemporaryFolder();
        Fill(folder);
        using (var file = File.OpenWrite(Path.Combine(folder.Path, SqliteStore.FileName)))
        {
            file.Position = (long)(file.Length * place) / 4096 * 4096;
            file.Write(new byte[4096]);
        }

        AssertDamaged(folder);
    }

    [Fact]
    public void File_CutOff_IsRefusedWithTheWayOut()
    {
        using var folder = new TemporaryFolder();
        Fill(folder);
        using (var file = File.OpenWrite(Path.Combine(folder.Path, SqliteStore.FileName)))
        {
            file.SetLength(file.Length / 2);
        }

        AssertDamaged(folder);
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

    private static void Fill(TemporaryFolder folder)
    {
        SqliteStore.Open(folder.Path).Dispose();
        Run(folder, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO jobs SELECT 'job-' || i, i FROM n; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void AssertDamaged(TemporaryFolder folder)
    {
        var fault = Assert.Throws<StoreException>(() => SqliteStore.Open(folder.Path));
        Assert.Contains($"{folder.Path}/{SqliteStore.FileName}: damaged", fault.Message, StringComparison.Ordinal);
        Assert.Contains(".recover | sqlite3", fault.Message, StringComparison.Ordinal);
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
