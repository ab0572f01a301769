using System.Net;
using System.Net.Sockets;

namespace SeqCluster.Collectives.Rendezvous;

/// <summary>
/// A worker's data-plane port, open for the worker's whole life: each generation's group takes its connections from it.
/// A peer that hears of a generation first waits in the backlog. Never reads anything itself.
/// </summary>
public sealed class GroupListener : IDisposable
{
    private const int Backlog = 256;

    private readonly Socket socket;

    /// <summary>Listens on <paramref name="address"/>, on a port that the system chooses unless one is given.</summary>
    public GroupListener(IPAddress address, int port = 0)
    {
        socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a port that is listened on already: <paramref name="descriptor"/> becomes this object's.</summary>
    public GroupListener(SafeSocketHandle descriptor) => socket = new Socket(descriptor);

    /// <summary>Of the open port, for a process that goes on with it.</summary>
    public int Descriptor => (int)socket.Handle;

    /// <summary>The port that peers connect to.</summary>
    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>What to announce to the other members.</summary>
    /// <param name="host">Name or address under which they reach this machine.</param>
    /// <param name="hostId">This machine's <see cref="HostIdentity"/>; empty to keep to TCP.</param>
    public PeerAddress Announce(string host, string hostId) => new(host, Port, hostId);

    /// <summary>Closes the port. Groups that were joined through it go on.</summary>
    public void Dispose() => socket.Dispose();

    internal ValueTask<Socket> AcceptAsync(CancellationToken cancellation) => socket.AcceptAsync(cancellation);
}
