using Microsoft.Data.Sqlite;
using SeqCluster.Conformance.Tests.Sqlite;

/// <summary>
/// Turns a run of the test assembly into the crash test's child process: the runtime calls this before Main when
/// DOTNET_STARTUP_HOOKS names the assembly, so no second executable is needed. The name is the runtime's.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(SqliteCrashWriter.ConnectionVariable) is { } connectionString)
        {
            SqliteCrashWriter.WriteUntilKilled(connectionString);
        }
    }
}

namespace SeqCluster.Conformance.Tests.Sqlite
{
    /// <summary>Commits numbered transactions and says each number on stdout once its commit has returned.</summary>
    internal static class SqliteCrashWriter
    {
        public const string ConnectionVariable = "SEQCLUSTER_SQLITE_CRASH_WRITER";
        public const int RowsPerTransaction = 50;

        // A writer whose parent is gone must not fill the disk.
        private const int MaxTransactions = 20_000;

        public static void WriteUntilKilled(string connectionString)
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            connection.Execute("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t(round INTEGER, row INTEGER, payload TEXT, PRIMARY KEY(round, row))");
            var first = (long)connection.Scalar("SELECT coalesce(max(round), 0) + 1 FROM t")!;
            for (var round = first; round < first + MaxTransactions; round++)
            {
                using var transaction = connection.BeginTransaction();
                using var insert = new SqliteCommand("INSERT INTO t VALUES ($round, $row, $payload)", connection, transaction);
                insert.Parameters.AddWithValue("$round", round);
                insert.Parameters.AddWithValue("$payload", new string('x', 200));
                var row = insert.Parameters.Add("$row", SqliteType.Integer);
                for (var i = 0; i < RowsPerTransaction; i++)
                {
                    row.Value = i;
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
                Console.Out.WriteLine(round);
                Console.Out.Flush();
            }
        }
    }
}
