using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite.Native;
using Microsoft.Data.Sqlite.Pooling;

namespace Microsoft.Data.Sqlite;

/// <summary>
/// A connection to a database file or to one in memory. Closing it rolls back its transaction, disposes its commands and
/// readers, and gives the native connection back to the pool. One thread at a time.
/// </summary>
public sealed class SqliteConnection : DbConnection
{
    private static readonly StateChangeEventArgs Opened = new(ConnectionState.Closed, ConnectionState.Open);
    private static readonly StateChangeEventArgs Closed = new(ConnectionState.Open, ConnectionState.Closed);

    // Only commands that hold statements, and weakly: a forgotten command is finalized, not kept until the connection closes.
    private readonly List<WeakReference<SqliteCommand>> commands = [];
    private string connectionString;
    private ConnectionPool pool;
    private int? defaultTimeout;

    /// <summary>A closed connection without a connection string.</summary>
    public SqliteConnection()
        : this(null)
    {
    }

    /// <summary>A closed connection.</summary>
    /// <exception cref="ArgumentException">The string has an unknown keyword or a value out of range.</exception>
    public SqliteConnection(string? connectionString) => ConnectionString = connectionString;

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => connectionString;
        [MemberNotNull(nameof(connectionString), nameof(pool))]
        set
        {
            if (State != ConnectionState.Closed)
            {
                throw new InvalidOperationException(Messages.ConnectionStringRequiresClosedConnection);
            }

            connectionString = value ?? "";
            pool = ConnectionPool.Of(connectionString);
        }
    }

    /// <inheritdoc/>
    public override string Database => "main";

    /// <summary>The absolute path while open, the connection string's value otherwise.</summary>
    public override string DataSource => Native?.FileName ?? Options.DataSource;

    /// <summary>Seconds that a command of this connection waits for a lock by default; 0 is for ever.</summary>
    public int DefaultTimeout
    {
        get => defaultTimeout ?? Options.DefaultTimeout;
        set => defaultTimeout = value;
    }

    /// <summary>The version of the native library, for example <c>3.40.1</c>.</summary>
    public override string ServerVersion => Sqlite.Native.Database.LibraryVersion;

    /// <inheritdoc/>
    public override ConnectionState State => Native is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => SqliteFactory.Instance;

    internal Database? Native { get; private set; }

    internal SqliteConnectionStringBuilder Options => pool.Options;

    internal SqliteTransaction? Transaction { get; set; }

    /// <summary>Closes every idle connection, and those in use once they are returned.</summary>
    public static void ClearAllPools() => ConnectionPool.ClearAll();

    /// <summary>The same for the pool of one connection string.</summary>
    public static void ClearPool(SqliteConnection connection) => connection.pool.Clear();

    /// <inheritdoc/>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    /// <exception cref="DllNotFoundException">The machine has no SQLite library.</exception>
    public override void Open()
    {
        if (Native is not null)
        {
            return;
        }

        Native = pool.Take(out var isNew);
        if (isNew)
        {
            try
            {
                ApplyOptions();
            }
            catch
            {
                Native.Dispose();
                Native = null;
                throw;
            }
        }

        OnStateChange(Opened);
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (Native is null)
        {
            return;
        }

        Transaction?.Dispose();
        for (var i = commands.Count - 1; i >= 0; i--)
        {
            if (commands[i].TryGetTarget(out var command))
            {
                command.ReleaseStatements();
            }
        }

        commands.Clear();
        pool.Return(Native);
        Native = null;
        OnStateChange(Closed);
    }

    /// <inheritdoc/>
    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    /// <summary>A command of this connection, in its current transaction.</summary>
    public new SqliteCommand CreateCommand()
        => new() { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    /// <summary>Starts a transaction that holds the write lock from the start.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed, or a transaction is open.</exception>
    /// <exception cref="SqliteException">Another connection kept the lock for longer than the timeout.</exception>
    public new SqliteTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    /// <inheritdoc cref="BeginTransaction()"/>
    /// <param name="deferred">Take locks only when they are needed; the later upgrade can then fail.</param>
    public SqliteTransaction BeginTransaction(bool deferred) => BeginTransaction(IsolationLevel.Unspecified, deferred);

    /// <inheritdoc cref="BeginTransaction()"/>
    /// <exception cref="ArgumentException">SQLite cannot give the level.</exception>
    public new SqliteTransaction BeginTransaction(IsolationLevel isolationLevel)
        => BeginTransaction(isolationLevel, deferred: isolationLevel == IsolationLevel.ReadUncommitted);

    /// <inheritdoc cref="BeginTransaction(bool)"/>
    /// <exception cref="ArgumentException">SQLite cannot give the level.</exception>
    public SqliteTransaction BeginTransaction(IsolationLevel isolationLevel, bool deferred)
    {
        RequireOpen(nameof(BeginTransaction));
        return Transaction is not null
            ? throw new InvalidOperationException(Messages.ParallelTransactions)
            : Transaction = new SqliteTransaction(this, isolationLevel, deferred);
    }

    /// <summary>Copies the main database over <paramref name="destination"/>'s, which is opened for the purpose if need be.</summary>
    /// <exception cref="InvalidOperationException">This connection is closed.</exception>
    /// <exception cref="SqliteException">The destination is locked, or is this very database.</exception>
    public void BackupDatabase(SqliteConnection destination) => BackupDatabase(destination, "main", "main");

    /// <inheritdoc cref="BackupDatabase(SqliteConnection)"/>
    public void BackupDatabase(SqliteConnection destination, string destinationName, string sourceName)
    {
        RequireOpen(nameof(BackupDatabase));
        ArgumentNullException.ThrowIfNull(destination);
        var wasClosed = destination.State != ConnectionState.Open;
        if (wasClosed)
        {
            destination.Open();
        }

        try
        {
            Native!.BackUp(destination.Native!, destinationName, sourceName);
        }
        finally
        {
            if (wasClosed)
            {
                destination.Close();
            }
        }
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel);

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    internal void Execute(string sql)
    {
        using var command = CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [MemberNotNull(nameof(Native))]
    internal void RequireOpen(string method)
    {
        if (Native is null)
        {
            throw new InvalidOperationException(Messages.RequiresOpenConnection(method));
        }
    }

    internal void Track(SqliteCommand command) => commands.Add(new WeakReference<SqliteCommand>(command));

    internal void Untrack(SqliteCommand command)
    {
        for (var i = commands.Count - 1; i >= 0; i--)
        {
            if (!commands[i].TryGetTarget(out var tracked) || ReferenceEquals(tracked, command))
            {
                commands.RemoveAt(i);
            }
        }
    }

    private void ApplyOptions()
    {
        if (Options.ForeignKeys is { } foreignKeys)
        {
            Execute($"PRAGMA foreign_keys = {(foreignKeys ? 1 : 0)};");
        }

        if (Options.RecursiveTriggers)
        {
            Execute("PRAGMA recursive_triggers = 1;");
        }
    }
}
