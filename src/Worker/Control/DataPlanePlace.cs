using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SeqCluster.Worker.Control;

/// <summary>Where this worker listens for its peers, and what they are told to dial.</summary>
/// <param name="Listen">All addresses, unless peers are on this machine only.</param>
/// <param name="Host">Address or name for the peers.</param>
/// <param name="Port">0 for any free one.</param>
internal sealed record DataPlanePlace(IPAddress Listen, string Host, int Port)
{
    /// <summary>Reads <c>--advertise</c>; without it the address is the one from which the silo is reached.</summary>
    /// <param name="advertise"><c>HOST</c> or <c>HOST:PORT</c>; an IPv6 address with a port stands in brackets.</param>
    /// <param name="silo">Nothing is sent to it.</param>
    /// <exception cref="ArgumentException">It is none, or no route to the silo is known.</exception>
    public static DataPlanePlace Of(string? advertise, Uri silo)
    {
        if (string.IsNullOrEmpty(advertise))
        {
            return To(FacingAddress(silo).ToString(), 0);
        }

        // .NET would read [ADDRESS]:PORT as an address too, and forget the port.
        if (advertise[0] != '[' && IPAddress.TryParse(advertise, out _))
        {
            return To(advertise, 0);
        }

        var colon = advertise.LastIndexOf(':');
        var (host, port) = colon < 0 ? (advertise, "0") : (advertise[..colon].Trim('[', ']'), advertise[(colon + 1)..]);
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? To(host, number)
            : throw new ArgumentException($"--advertise {advertise}: must be an address or a host name, and perhaps a port: 10.0.0.7 or 10.0.0.7:7100");
    }

    /// <summary><c>host:port</c> for the peers.</summary>
    public string AddressWith(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{port}");

    private static DataPlanePlace To(string host, int port)
    {
        var isAddress = IPAddress.TryParse(host, out var address);
        var listen = isAddress && IPAddress.IsLoopback(address!) ? address!
            : isAddress && address!.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any
            : IPAddress.Any;
        return new DataPlanePlace(listen, host, port);
    }

    private static IPAddress FacingAddress(Uri silo)
    {
        try
        {
            // Connecting a datagram socket only asks the routing table.
            var address = IPAddress.TryParse(silo.DnsSafeHost, out var given) ? given : Dns.GetHostAddresses(silo.DnsSafeHost)[0];
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, silo.Port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException fault)
        {
            throw new ArgumentException($"--silo {silo}: no way to it is known ({fault.Message}): mend the URL, or say with --advertise ADDR how other workers reach this one", fault);
        }
    }
}
