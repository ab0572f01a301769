using System.Data;

namespace Microsoft.Data.Sqlite;

/// <summary>The original's message texts (its Properties/Resources.resx): callers and logs see the same words on either.</summary>
internal static class Messages
{
    internal const string CannotStoreNaN = "Cannot store 'NaN' values.";
    internal const string ConnectionStringRequiresClosedConnection = "ConnectionString cannot be set when the connection is open.";
    internal const string DataReaderOpen =
        "An open reader is already associated with this command. Close it before opening a new one.";
    internal const string DefaultNativeError = "For more information on this error code see https://www.sqlite.org/rescode.html";
    internal const string NoData = "No data exists for the row/column.";
    internal const string ParallelTransactions = "SqliteConnection does not support nested transactions.";
    internal const string TransactionCompleted = "This SqliteTransaction has completed; it is no longer usable.";
    internal const string TransactionConnectionMismatch =
        "The transaction object is not associated with the same connection object as this command.";
    internal const string TransactionRequired =
        "Execute requires the command to have a transaction object when the connection assigned to the command is in a pending "
        + "local transaction.  The Transaction property of the command has not been initialized.";

    internal static string AmbiguousColumn(string name, string first, string second)
        => $"The name '{name}' is ambiguous between columns '{first}' and '{second}'. Specify one using its exact case.";

    internal static string AmbiguousParameter(string name)
        => $"Cannot bind the value for parameter '{name}' because multiple matching parameters were found in the command text. "
            + $"Specify the parameter name with the symbol prefix, e.g. '@{name}'.";

    internal static string CalledOnNull(int ordinal)
        => $"The data is NULL at ordinal {ordinal}. This method can't be called on NULL values. Check using IsDBNull before calling.";

    internal static string RequiresOpenConnection(string method) => $"{method} can only be called when the connection is open.";

    internal static string ConvertFailed(Type source, Type target)
        => $"Cannot convert object of type '{source}' to object of type '{target}'.";

    internal static string ReaderClosed(string operation) => $"Invalid attempt to call {operation} when reader is closed.";

    internal static string InvalidCommandType(CommandType type) => $"The CommandType '{type}' is not supported.";

    internal static string InvalidEnumValue(Type type, object value) => $"The {type} enumeration value, {value}, is invalid.";

    internal static string InvalidIsolationLevel(IsolationLevel level) => $"The IsolationLevel '{level}' is not supported.";

    internal static string InvalidDirection(ParameterDirection direction) => $"The ParameterDirection '{direction}' is not supported.";

    internal static string KeywordNotSupported(string keyword)
        => $"Connection string keyword '{keyword}' is not supported. For a possible alternative, see "
            + "https://go.microsoft.com/fwlink/?linkid=2142181.";

    internal static string MissingParameters(IEnumerable<string?> names)
        => $"Must add values for the following parameters: {string.Join(", ", names)}";

    internal static string ParameterNotFound(string name)
        => $"A SqliteParameter with ParameterName '{name}' is not contained by this SqliteParameterCollection.";

    internal static string RequiresSet(string property) => $"{property} must be set.";

    internal static string SetRequiresNoOpenReader(string property)
        => $"An open reader is associated with this command. Close it before changing the {property} property.";

    internal static string NativeError(int code, string message) => $"SQLite Error {code}: '{message}'.";

    internal static string UnknownDataType(Type type)
        => $"No mapping exists from object type {type} to a known managed provider native type.";
}
