using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Network;

/// <summary>All connections, and which links between hosts are cut, in one direction or in both.</summary>
internal sealed class SimulatedNetwork(Simulator simulator)
{
    private readonly List<Connection> connections = [];
    private readonly HashSet<(string From, string To)> cut = [];

    public bool IsCut(string from, string to) => cut.Contains((from, to));

    public Connection Connect(ConnectionEnd first, ConnectionEnd second)
    {
        connections.RemoveAll(one => one.IsOver);
        var connection = new Connection(simulator, this, first, second);
        connections.Add(connection);
        return connection;
    }

    /// <summary>Cuts a link, in one direction.</summary>
    public void Cut(string from, string to) => cut.Add((from, to));

    /// <summary>Mends a link, in one direction: what was held back goes on.</summary>
    public void Mend(string from, string to)
    {
        if (cut.Remove((from, to)))
        {
            connections.ForEach(connection => connection.Mend(from, to));
        }
    }

    /// <summary>Mends every link.</summary>
    public void MendAll()
    {
        foreach ((string from, string to) in cut.ToArray())
        {
            Mend(from, to);
        }
    }

    /// <summary>Breaks what connects two hosts now; both may connect again.</summary>
    public void Break(string first, string second)
    {
        foreach (Connection connection in connections.Where(one => Between(one, first, second)).ToArray())
        {
            connection.Break();
        }
    }

    /// <summary>A process has died: its peers see it in their time.</summary>
    public void Died(Life life)
    {
        foreach (Connection connection in connections.ToArray())
        {
            for (int end = 0; end < 2; end++)
            {
                if (connection.Ends[end].Life == life)
                {
                    connection.Die(end);
                }
            }
        }
    }

    private static bool Between(Connection connection, string first, string second) =>
        (connection.Ends[0].Host, connection.Ends[1].Host) is var (one, other)
        && ((one == first && other == second) || (one == second && other == first));
}
