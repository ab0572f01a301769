namespace Microsoft.Data.Sqlite;

/// <summary>What opening a connection may do to the file.</summary>
public enum SqliteOpenMode
{
    /// <summary>Read and write; create the file when it is missing.</summary>
    ReadWriteCreate,

    /// <summary>Read and write; the file must exist.</summary>
    ReadWrite,

    /// <summary>Read only; the file must exist.</summary>
    ReadOnly,

    /// <summary>A database in memory; with a shared cache, all connections of the same name see it.</summary>
    Memory,
}
