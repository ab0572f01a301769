using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using SeqCluster.Silo.Security;

namespace SeqCluster.Silo.Hosting;

/// <summary>How the one port listens: TLS when there is a certificate, and connections whose other end has vanished end.</summary>
internal static class SocketRules
{
    private const int IdleSeconds = 30;
    private const int ProbeIntervalSeconds = 10;
    private const int Probes = 3;

    /// <summary>A stream on which nothing happens would never learn that its reader lost power: the kernel asks. Accepted sockets inherit it.</summary>
    public static void Set(SocketTransportOptions sockets) => sockets.CreateBoundListenSocket = static endpoint =>
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        return socket;
    };

    /// <summary>HTTP/1.1 only: WebSockets and server-sent events need no more.</summary>
    public static void Set(ListenOptions listen, ServerCertificate? certificate)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate.Own;
                https.ServerCertificateChain = certificate.Chain;
            });
        }
    }
}
