using System.Data.Common;

namespace Microsoft.Data.Sqlite;

/// <summary>Makes this provider's objects for code written against System.Data.Common.</summary>
public sealed class SqliteFactory : DbProviderFactory
{
    /// <summary>The only instance.</summary>
    public static readonly SqliteFactory Instance = new();

    private SqliteFactory()
    {
    }

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new SqliteCommand();

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new SqliteConnection();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new SqliteConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new SqliteParameter();
}
