using System.Net.Sockets;
using System.Runtime.InteropServices;
using SeqCluster.Collectives.Transport;

namespace SeqCluster.Collectives.Rendezvous;

/// <summary>
/// Watches one control connection to every peer, and keeps what is heard in <see cref="PeerNotices"/>. Engine thread only.
/// </summary>
internal sealed unsafe class PeerWatch : IDisposable
{
    private readonly Socket?[] sockets;
    private readonly PeerNotices notices;
    private readonly byte[][] pending;
    private readonly int[] pendingBytes;
    private readonly SystemCalls.PollDescriptor[] polled;

    public PeerWatch(Socket?[] sockets, int rank)
    {
        this.sockets = sockets;
        notices = new PeerNotices(sockets.Length, rank);
        pending = [.. sockets.Select(_ => new byte[Notice.Bytes])];
        pendingBytes = new int[sockets.Length];
        polled = [.. sockets.Select(socket => new SystemCalls.PollDescriptor
        {
            Descriptor = socket is null ? -1 : (int)socket.Handle,
            Events = SystemCalls.PollIn,
        })];
    }

    public int Workers => sockets.Length;

    /// <summary>Descriptors to wait on together with others; entries of ended connections are −1.</summary>
    public ReadOnlySpan<SystemCalls.PollDescriptor> Descriptors => polled;

    /// <summary>How often peers have said that data moves at their ends.</summary>
    public long MovingHeard => notices.MovingHeard;

    /// <summary>What a peer has said of a kind, or null.</summary>
    public Notice? Heard(int peer, NoticeKind kind) => notices.Heard(peer, kind);

    /// <summary>Whether the peer's connection has ended, for whatever reason.</summary>
    public bool HasEnded(int peer) => notices.HasEnded(peer);

    /// <summary>Reads whatever has come, waiting up to <paramref name="timeoutMs"/> for the first of it.</summary>
    public void Poll(int timeoutMs = 0)
    {
        fixed (SystemCalls.PollDescriptor* descriptors = polled)
        {
            if (SystemCalls.Poll(descriptors, (nuint)polled.Length, timeoutMs) <= 0)
                return;
        }
        for (var peer = 0; peer < polled.Length; peer++)
        {
            if (polled[peer].Descriptor >= 0 && polled[peer].Returned != 0)
                Read(peer);
        }
    }

    /// <summary>Why the operation cannot go on, as far as the control connections tell; null while all is well.</summary>
    /// <param name="awaited">The peer that something is expected of; it may not have left.</param>
    public Loss? FindLoss(int awaited)
    {
        Poll();
        return notices.FindLoss(awaited);
    }

    /// <summary>Tells every peer. Best effort: a notice is smaller than any socket buffer, and a dead peer cannot hear.</summary>
    public void Tell(Notice notice)
    {
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<Notice>(in notice));
        foreach (var socket in sockets)
            socket?.Send(bytes, SocketFlags.None, out _);
    }

    /// <summary>Breaks every connection, in both directions.</summary>
    public void Cut()
    {
        foreach (var socket in sockets.OfType<Socket>())
        {
            try
            {
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // The peer, or the group's end, was faster.
            }
        }
    }

    public void Dispose()
    {
        foreach (var socket in sockets)
            socket?.Dispose();
    }

    private void Read(int peer)
    {
        fixed (byte* buffer = pending[peer])
        {
            while (true)
            {
                var count = SystemCalls.Receive(polled[peer].Descriptor, buffer + pendingBytes[peer],
                    (nuint)(Notice.Bytes - pendingBytes[peer]), SystemCalls.DontWait);
                if (count < 0 && Marshal.GetLastPInvokeError() is SystemCalls.WouldBlock or SystemCalls.Interrupted)
                    return;
                if (count <= 0)
                {
                    notices.End(peer);
                    polled[peer].Descriptor = -1;
                    return;
                }
                pendingBytes[peer] += (int)count;
                if (pendingBytes[peer] < Notice.Bytes)
                    continue;
                pendingBytes[peer] = 0;
                notices.Hear(peer, *(Notice*)buffer);
            }
        }
    }
}
