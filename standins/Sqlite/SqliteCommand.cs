using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>
/// One or more SQL statements with parameters. Each statement is prepared just before it first runs, so that it may use what
/// an earlier one created; after that the prepared ones are kept until the text or the connection changes.
/// </summary>
public sealed class SqliteCommand : DbCommand
{
    private const int FallbackTimeoutSeconds = 30;

    private readonly List<Statement> statements = [];
    private SqliteParameterCollection? parameters;
    private SqliteConnection? connection;
    private string commandText = "";
    private byte[] sql = [];
    private int sqlOffset;
    private bool allPrepared;
    private bool tracked;
    private int? commandTimeout;

    /// <summary>An empty command.</summary>
    public SqliteCommand()
    {
    }

    /// <summary>A command without a connection.</summary>
    public SqliteCommand(string? commandText) => CommandText = commandText;

    /// <summary>A command of a connection.</summary>
    public SqliteCommand(string? commandText, SqliteConnection? connection)
        : this(commandText) => Connection = connection;

    /// <summary>A command of a connection's transaction.</summary>
    public SqliteCommand(string? commandText, SqliteConnection? connection, SqliteTransaction? transaction)
        : this(commandText, connection) => Transaction = transaction;

    /// <summary>Always <see cref="CommandType.Text"/>.</summary>
    /// <exception cref="ArgumentException">Another type was set.</exception>
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
            {
                throw new ArgumentException(Messages.InvalidCommandType(value));
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A reader of this command is open.</exception>
    [AllowNull]
    public override string CommandText
    {
        get => commandText;
        set
        {
            RequireNoReader(nameof(CommandText));
            if (value != commandText)
            {
                ReleaseStatements();
                commandText = value ?? "";
            }
        }
    }

    /// <summary>The connection the command runs on.</summary>
    /// <exception cref="InvalidOperationException">A reader of this command is open.</exception>
    public new SqliteConnection? Connection
    {
        get => connection;
        set
        {
            RequireNoReader(nameof(Connection));
            if (value != connection)
            {
                ReleaseStatements();
                connection = value;
            }
        }
    }

    /// <summary>Must be the connection's open transaction, if it has one.</summary>
    public new SqliteTransaction? Transaction { get; set; }

    /// <summary>The values for the text's parameters.</summary>
    public new SqliteParameterCollection Parameters => parameters ??= new SqliteParameterCollection();

    /// <summary>Seconds to wait for another connection's lock; 0 is for ever. Never limits how long a statement runs.</summary>
    public override int CommandTimeout
    {
        get => commandTimeout ?? connection?.DefaultTimeout ?? FallbackTimeoutSeconds;
        set => commandTimeout = value;
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (SqliteConnection?)value;
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (SqliteTransaction?)value;
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    internal SqliteDataReader? OpenReader { get; set; }

    /// <summary>A parameter that is not yet in <see cref="Parameters"/>.</summary>
    public new SqliteParameter CreateParameter() => new();

    /// <summary>Prepares all statements.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    /// <exception cref="SqliteException">The text does not compile.</exception>
    public override void Prepare()
    {
        RequireOpen(nameof(Prepare));
        if (!allPrepared)
        {
            StartPreparing();
            for (var i = statements.Count; PrepareUpTo(i) is not null; i++)
            {
            }
        }
    }

    /// <summary>Runs the statements up to the first that gives rows.</summary>
    /// <exception cref="InvalidOperationException">
    /// The connection is closed, the transaction is not the connection's, a reader is open, or a parameter has no value.
    /// </exception>
    /// <exception cref="SqliteException">SQLite refused a statement, or it was locked out for longer than the timeout.</exception>
    public new SqliteDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    /// <inheritdoc cref="ExecuteReader()"/>
    public new SqliteDataReader ExecuteReader(CommandBehavior behavior)
    {
        if (OpenReader is not null)
        {
            throw new InvalidOperationException(Messages.DataReaderOpen);
        }

        RequireOpen(nameof(ExecuteReader));
        var current = connection!.Transaction;
        if (Transaction != current)
        {
            throw new InvalidOperationException(
                Transaction is null ? Messages.TransactionRequired : Messages.TransactionConnectionMismatch);
        }

        if (current is { WasRolledBackOutside: true })
        {
            throw new InvalidOperationException(Messages.TransactionCompleted);
        }

        if (!allPrepared)
        {
            StartPreparing();
        }

        var reader = new SqliteDataReader(this, behavior.HasFlag(CommandBehavior.CloseConnection));
        reader.NextResult();
        return OpenReader = reader;
    }

    /// <inheritdoc cref="ExecuteReader()"/>
    /// <remarks>SQLite has no asynchronous calls: the returned task has completed.</remarks>
    public new Task<SqliteDataReader> ExecuteReaderAsync() => ExecuteReaderAsync(CommandBehavior.Default, CancellationToken.None);

    /// <inheritdoc cref="ExecuteReaderAsync()"/>
    public new Task<SqliteDataReader> ExecuteReaderAsync(CancellationToken cancellationToken)
        => ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteReaderAsync()"/>
    public new Task<SqliteDataReader> ExecuteReaderAsync(CommandBehavior behavior)
        => ExecuteReaderAsync(behavior, CancellationToken.None);

    /// <inheritdoc cref="ExecuteReaderAsync()"/>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call.</exception>
    public new Task<SqliteDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ExecuteReader(behavior));
    }

    /// <summary>Runs all statements.</summary>
    /// <returns>Rows inserted, updated or deleted; -1 when only queries ran.</returns>
    /// <inheritdoc cref="ExecuteReader()"/>
    public override int ExecuteNonQuery()
    {
        RequireOpen(nameof(ExecuteNonQuery));
        var reader = ExecuteReader();
        reader.Dispose();
        return reader.RecordsAffected;
    }

    /// <summary>Runs all statements.</summary>
    /// <returns>The first value of the first row of the first query: long, double, string, byte[], DBNull, or null without rows.</returns>
    /// <inheritdoc cref="ExecuteReader()"/>
    public override object? ExecuteScalar()
    {
        RequireOpen(nameof(ExecuteScalar));
        using var reader = ExecuteReader();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    /// <summary>Does nothing: a statement runs on the caller's thread.</summary>
    public override void Cancel()
    {
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior,
        CancellationToken cancellationToken)
        => await ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ReleaseStatements();
        }

        base.Dispose(disposing);
    }

    /// <summary>Closes the reader and finalizes the statements; the command can be used again.</summary>
    internal void ReleaseStatements()
    {
        OpenReader?.Dispose();
        OpenReader = null;
        FinalizeStatements();
        if (tracked)
        {
            tracked = false;
            connection!.Untrack(this);
        }
    }

    /// <summary>The statement at a position with its parameters bound, or null after the last.</summary>
    internal Statement? BindStatement(int position)
    {
        var statement = PrepareUpTo(position);
        if (statement is not null && (parameters?.Bind(statement) ?? 0) != statement.ParameterNames.Length && !statement.IsExplain)
        {
            throw new InvalidOperationException(Messages.MissingParameters(UnboundNames(statement)));
        }

        return statement;
    }

    private List<string?> UnboundNames(Statement statement)
    {
        List<string?> unbound = [];
        foreach (var name in statement.ParameterNames)
        {
            // Without a collection the original names none.
            if (parameters is not null && parameters.IndexOf(name ?? "") < 0)
            {
                unbound.Add(name);
            }
        }

        return unbound;
    }

    private void StartPreparing()
    {
        if (OpenReader is not null)
        {
            return; // its statements are in use: go on after them
        }

        FinalizeStatements();
        sql = Encoding.UTF8.GetBytes(commandText);
        if (!tracked)
        {
            tracked = true;
            connection!.Track(this);
        }
    }

    private Statement? PrepareUpTo(int position)
    {
        while (position >= statements.Count)
        {
            if (allPrepared)
            {
                return null;
            }

            if (sqlOffset >= sql.Length)
            {
                allPrepared = true;
                return null;
            }

            if (PrepareNext() is { } statement)
            {
                statements.Add(statement);
            }
        }

        return statements[position];
    }

    private Statement? PrepareNext()
    {
        var database = connection!.Native!;
        var wait = new BusyWait(CommandTimeout);
        int rc;
        Statement? statement;
        do
        {
            rc = Statement.Prepare(database, sql, ref sqlOffset, out statement);
        }
        while (NativeMethods.IsBusy(rc) && wait.Wait());

        database.ThrowOnError(rc);
        return statement;
    }

    private void FinalizeStatements()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }

        statements.Clear();
        sqlOffset = 0;
        allPrepared = false;
    }

    private void RequireOpen(string method)
    {
        if (connection is null)
        {
            throw new InvalidOperationException(Messages.RequiresOpenConnection(method));
        }

        connection.RequireOpen(method);
    }

    private void RequireNoReader(string property)
    {
        if (OpenReader is not null)
        {
            throw new InvalidOperationException(Messages.SetRequiresNoOpenReader(property));
        }
    }
}
