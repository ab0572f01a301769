using System.Data.Common;

namespace Microsoft.Data.Sqlite;

/// <summary>A failure that SQLite reported (codes: https://www.sqlite.org/rescode.html).</summary>
public sealed class SqliteException : DbException
{
    /// <summary>An error without a more precise code.</summary>
    public SqliteException(string? message, int errorCode)
        : this(message, errorCode, errorCode)
    {
    }

    /// <summary>An error with its extended code.</summary>
    public SqliteException(string? message, int errorCode, int extendedErrorCode)
        : base(message)
    {
        SqliteErrorCode = errorCode;
        SqliteExtendedErrorCode = extendedErrorCode;
    }

    /// <summary>The primary code, for example 5 for SQLITE_BUSY or 19 for SQLITE_CONSTRAINT.</summary>
    public int SqliteErrorCode { get; }

    /// <summary>The extended code, for example 2067 for SQLITE_CONSTRAINT_UNIQUE.</summary>
    public int SqliteExtendedErrorCode { get; }
}
