namespace Microsoft.Data.Sqlite;

/// <summary>Whether connections of one process share their page cache.</summary>
public enum SqliteCacheMode
{
    /// <summary>As the native library was built.</summary>
    Default,

    /// <summary>Each connection has its own.</summary>
    Private,

    /// <summary>One for all, which also changes how they lock; not meant to be mixed with WAL.</summary>
    Shared,
}
