namespace Microsoft.Data.Sqlite;

/// <summary>The storage classes of a value (https://www.sqlite.org/datatype3.html); the numbers are SQLite's own.</summary>
public enum SqliteType
{
    /// <summary>A signed integer of 64 bits.</summary>
    Integer = 1,

    /// <summary>A floating-point number of 64 bits.</summary>
    Real = 2,

    /// <summary>A UTF-8 string.</summary>
    Text = 3,

    /// <summary>Bytes, stored as given.</summary>
    Blob = 4,
}
