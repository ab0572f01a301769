using System.Collections;
using System.Data.Common;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>
/// The rows of a command's queries, read forward from SQLite as they are asked for. Disposing runs the command's remaining
/// statements. This file walks statements and rows; SqliteDataReader.Values.cs reads columns.
/// </summary>
public sealed partial class SqliteDataReader : DbDataReader
{
    private readonly SqliteCommand command;
    private readonly Database database;
    private readonly bool closesConnection;
    private BusyWait wait;
    private Statement? current;
    private int nextPosition;
    private bool failed;
    private bool hasRows;
    private bool onRow;
    private bool beforeFirstRow;
    private bool changesCounted;
    private bool rowFailed;
    private bool closed;
    private int recordsAffected = -1;

    internal SqliteDataReader(SqliteCommand command, bool closesConnection)
    {
        this.command = command;
        this.closesConnection = closesConnection;
        database = command.Connection!.Native!;
        wait = new BusyWait(command.CommandTimeout);
    }

    /// <summary>Always 0.</summary>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override int FieldCount => closed
        ? throw new InvalidOperationException(Messages.ReaderClosed(nameof(FieldCount)))
        : current?.ColumnCount ?? 0;

    /// <summary>Whether the current query gave any row.</summary>
    public override bool HasRows => current is not null && hasRows;

    /// <inheritdoc/>
    public override bool IsClosed => closed;

    /// <summary>Rows inserted, updated or deleted so far; -1 when only queries ran. Complete once the reader is closed.</summary>
    public override int RecordsAffected => recordsAffected;

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    /// <inheritdoc/>
    /// <exception cref="SqliteException">SQLite failed to find the next row.</exception>
    public override bool Read()
    {
        if (closed)
        {
            throw new InvalidOperationException(Messages.ReaderClosed(nameof(Read)));
        }

        if (current is null)
        {
            return false;
        }

        if (beforeFirstRow)
        {
            beforeFirstRow = false;
            return onRow = hasRows;
        }

        if (!onRow)
        {
            return false;
        }

        var rc = current.Step();
        onRow = rc == NativeMethods.Row;
        rowFailed = !onRow && rc != NativeMethods.Done;
        database.ThrowOnError(rc);
        if (!onRow)
        {
            CountQueryChanges();
        }

        return onRow;
    }

    /// <summary>Runs the statements up to the next that gives rows.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="InvalidOperationException">The reader is closed, or a parameter has no value.</exception>
    /// <exception cref="SqliteException">SQLite refused a statement; the reader is closed.</exception>
    public override bool NextResult()
    {
        if (closed)
        {
            throw new InvalidOperationException(Messages.ReaderClosed(nameof(NextResult)));
        }

        EndResult();
        while (command.BindStatement(nextPosition) is { } statement)
        {
            nextPosition++;
            if (Run(statement))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override void Close() => Dispose(true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing || closed)
        {
            return;
        }

        command.OpenReader = null;
        EndResult();
        if (!failed)
        {
            RunRemaining();
        }

        closed = true;
        if (closesConnection)
        {
            command.Connection!.Close();
        }
    }

    /// <returns>True when the statement is a query: it stays current, before its first row.</returns>
    private bool Run(Statement statement)
    {
        try
        {
            int rc;
            while (NativeMethods.IsBusy(rc = statement.Step()) && wait.Wait())
            {
                statement.Reset();
            }

            database.ThrowOnError(rc);
            if (statement.ColumnCount != 0)
            {
                StartResult(statement, rc == NativeMethods.Row);
                return true;
            }

            statement.Reset();
            AddChanges();
            return false;
        }
        catch
        {
            statement.Reset();
            failed = true;
            Dispose();
            throw;
        }
    }

    private void RunRemaining()
    {
        try
        {
            while (NextResult())
            {
            }
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            // As in the original: what follows the last result that was asked for fails without a word.
        }
    }

    private void StartResult(Statement statement, bool foundRow)
    {
        current = statement;
        hasRows = foundRow;
        beforeFirstRow = true;
        onRow = false;
        changesCounted = false;
        rowFailed = false;
        ForgetColumns();
    }

    private void EndResult()
    {
        if (current is not { } statement)
        {
            return;
        }

        current = null;
        var rc = statement.Reset();
        if (!rowFailed)
        {
            database.ThrowOnError(rc);
        }

        if (!changesCounted && !statement.IsReadOnly)
        {
            AddChanges();
        }
    }

    private void CountQueryChanges()
    {
        changesCounted = true;
        if (!current!.IsReadOnly)
        {
            AddChanges();
        }
    }

    private void AddChanges() => recordsAffected = Math.Max(recordsAffected, 0) + database.Changes;
}
