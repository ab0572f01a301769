using System.Net;
using System.Net.Sockets;

namespace SeqCluster.Hosts.Tests;

/// <summary>
/// A port that leads to another, for as long as it is not cut: what a worker's way to its silo is when it is given this one's address. Its way
/// to its peers does not lead through here. Knows nothing of what it carries.
/// </summary>
internal sealed class CuttableLink : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri target;
    private readonly Lock gate = new();
    private readonly HashSet<TcpClient> open = [];
    private bool isCut;

    /// <summary>Listens.</summary>
    /// <param name="target">Where it leads to.</param>
    public CuttableLink(Uri target)
    {
        this.target = target;
        listener.Start();
        Address = new UriBuilder(target) { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;
        _ = AcceptAsync();
    }

    /// <summary>What stands for the target here.</summary>
    public Uri Address { get; }

    /// <summary>Breaks every connection, and each new one, until it is mended.</summary>
    public void Cut()
    {
        lock (gate)
        {
            isCut = true;
            foreach (var client in open)
            {
                client.Dispose();
            }

            open.Clear();
        }
    }

    /// <summary>New connections get through again.</summary>
    public void Mend()
    {
        lock (gate)
        {
            isCut = false;
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        try
        {
            if (!Keep(near) || !Keep(far))
            {
                return;
            }

            await far.ConnectAsync(target.Host, target.Port);
            var (here, there) = (near.GetStream(), far.GetStream());
            await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here));
        }
        catch (Exception end) when (end is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone, and so is the other now.
        }
        finally
        {
            lock (gate)
            {
                open.Remove(near);
                open.Remove(far);
            }

            near.Dispose();
        }
    }

    private bool Keep(TcpClient client)
    {
        lock (gate)
        {
            if (isCut)
            {
                client.Dispose();
                return false;
            }

            return open.Add(client);
        }
    }
}
