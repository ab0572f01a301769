using System.Collections.Concurrent;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite.Pooling;

/// <summary>
/// The idle native connections of one connection string. It never waits and never limits how many are open; a connection that
/// was in use when the pool was cleared is closed when it comes back.
/// </summary>
internal sealed class ConnectionPool
{
    private const int MaxIdleConnections = 64;

    private static readonly ConcurrentDictionary<string, ConnectionPool> Pools = new(StringComparer.Ordinal);

    private readonly Stack<Database> idle = [];
    private readonly bool isPooled;
    private int generation;

    private ConnectionPool(string connectionString)
    {
        Options = new SqliteConnectionStringBuilder(connectionString);
        isPooled = Options.Pooling
            && Options.Mode != SqliteOpenMode.Memory
            && Options.DataSource is not ("" or ":memory:");
    }

    /// <summary>The parsed connection string; never changed.</summary>
    internal SqliteConnectionStringBuilder Options { get; }

    /// <exception cref="ArgumentException">The string has an unknown keyword or a value out of range.</exception>
    internal static ConnectionPool Of(string connectionString)
        => Pools.GetOrAdd(connectionString, static text => new ConnectionPool(text));

    internal static void ClearAll()
    {
        foreach (var pool in Pools.Values)
        {
            pool.Clear();
        }
    }

    /// <summary>Takes an idle connection, or opens one.</summary>
    internal Database Take(out bool isNew)
    {
        int current;
        lock (idle)
        {
            if (idle.TryPop(out var database))
            {
                isNew = false;
                return database;
            }

            current = generation;
        }

        isNew = true;
        return new Database(Options, current);
    }

    internal void Return(Database database)
    {
        lock (idle)
        {
            if (isPooled && database.PoolGeneration == generation && idle.Count < MaxIdleConnections)
            {
                idle.Push(database);
                return;
            }
        }

        database.Dispose();
    }

    internal void Clear()
    {
        Database[] closing;
        lock (idle)
        {
            generation++;
            closing = [.. idle];
            idle.Clear();
        }

        foreach (var database in closing)
        {
            database.Dispose();
        }
    }
}
