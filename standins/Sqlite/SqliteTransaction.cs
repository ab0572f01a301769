using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>
/// One transaction of one connection. It is rolled back when it, or its connection, is disposed without a commit; it notices
/// when SQLite rolled it back by itself, and then only <see cref="Rollback()"/> and Dispose are allowed.
/// </summary>
public sealed class SqliteTransaction : DbTransaction
{
    private readonly Database database;
    private readonly int rollbacksAtStart;
    private SqliteConnection? connection;

    internal SqliteTransaction(SqliteConnection connection, IsolationLevel isolationLevel, bool deferred)
    {
        var readsUncommitted = isolationLevel == IsolationLevel.ReadUncommitted
            && connection.Options.Cache == SqliteCacheMode.Shared
            && deferred;
        // SQLite is always serializable: a weaker wish is met by more than was asked for, a stronger one cannot be.
        IsolationLevel = isolationLevel switch
        {
            IsolationLevel.ReadUncommitted when readsUncommitted => isolationLevel,
            IsolationLevel.Chaos or IsolationLevel.Snapshot
                => throw new ArgumentException(Messages.InvalidIsolationLevel(isolationLevel)),
            _ => IsolationLevel.Serializable,
        };

        this.connection = connection;
        database = connection.Native!;
        if (readsUncommitted)
        {
            connection.Execute("PRAGMA read_uncommitted = 1;");
        }

        connection.Execute(IsolationLevel == IsolationLevel.Serializable && !deferred ? "BEGIN IMMEDIATE;" : "BEGIN;");
        rollbacksAtStart = database.Rollbacks;
    }

    /// <summary>The connection, or null once the transaction has completed.</summary>
    public new SqliteConnection? Connection => connection;

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel { get; }

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => connection;

    /// <summary>SQLite, or a ROLLBACK given as text, ended the transaction.</summary>
    internal bool WasRolledBackOutside => connection is not null && database.Rollbacks != rollbacksAtStart;

    private bool IsUsable => connection is { State: ConnectionState.Open };

    /// <summary>Makes the changes durable.</summary>
    /// <exception cref="InvalidOperationException">It has completed already.</exception>
    /// <exception cref="SqliteException">The commit failed; the transaction is still open.</exception>
    public override void Commit()
    {
        ThrowUnless(IsUsable && !WasRolledBackOutside);
        connection!.Execute("COMMIT;");
        Complete();
    }

    /// <summary>Undoes the changes.</summary>
    /// <exception cref="InvalidOperationException">It has completed already.</exception>
    public override void Rollback()
    {
        ThrowUnless(IsUsable);
        RollbackAndComplete();
    }

    /// <summary>Sets a mark inside the transaction.</summary>
    /// <exception cref="InvalidOperationException">It has completed already.</exception>
    public override void Save(string savepointName) => ExecuteSavepoint("SAVEPOINT", savepointName);

    /// <summary>Undoes the changes since the mark; the mark stays.</summary>
    /// <exception cref="InvalidOperationException">It has completed already.</exception>
    /// <exception cref="SqliteException">There is no such mark.</exception>
    public override void Rollback(string savepointName) => ExecuteSavepoint("ROLLBACK TO SAVEPOINT", savepointName);

    /// <summary>Removes the mark and keeps the changes since.</summary>
    /// <exception cref="InvalidOperationException">It has completed already.</exception>
    /// <exception cref="SqliteException">There is no such mark.</exception>
    public override void Release(string savepointName) => ExecuteSavepoint("RELEASE SAVEPOINT", savepointName);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && IsUsable)
        {
            RollbackAndComplete();
        }
    }

    private static void ThrowUnless(bool usable)
    {
        if (!usable)
        {
            throw new InvalidOperationException(Messages.TransactionCompleted);
        }
    }

    private void ExecuteSavepoint(string operation, string savepointName)
    {
        ArgumentNullException.ThrowIfNull(savepointName);
        ThrowUnless(IsUsable);
        connection!.Execute($"{operation} \"{savepointName.Replace("\"", "\"\"", StringComparison.Ordinal)}\";");
    }

    private void RollbackAndComplete()
    {
        try
        {
            if (!WasRolledBackOutside)
            {
                connection!.Execute("ROLLBACK;");
            }
        }
        finally
        {
            Complete();
        }
    }

    private void Complete()
    {
        var ended = connection!;
        ended.Transaction = null;
        connection = null;
        if (IsolationLevel == IsolationLevel.ReadUncommitted)
        {
            ended.Execute("PRAGMA read_uncommitted = 0;");
        }
    }
}
