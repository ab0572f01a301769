using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Security;

/// <summary>By which address other machines reach this one, when the silo listens on all of them.</summary>
internal static class AdvertisedAddress
{
    // Nothing is sent to it: the routing table only says from where it would be (RFC 5737).
    private static readonly IPAddress Elsewhere = IPAddress.Parse("203.0.113.1");

    /// <summary>What was asked for, else the listening address, else the one that faces other networks.</summary>
    public static string Of(SiloOptions options)
    {
        if (options.Advertise.Length > 0)
        {
            return options.Advertise;
        }

        var listen = options.Listen.Address;
        var isAny = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any);
        return (isAny ? ByRoute() ?? ByInterface() ?? IPAddress.Loopback : listen).ToString();
    }

    private static IPAddress? ByRoute()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(Elsewhere, 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            // A machine without a default route.
            return null;
        }
    }

    private static IPAddress? ByInterface() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(static one => one.GetIPProperties().UnicastAddresses)
        .Select(static one => one.Address)
        .FirstOrDefault(static one => one.AddressFamily == AddressFamily.InterNetwork);
}
