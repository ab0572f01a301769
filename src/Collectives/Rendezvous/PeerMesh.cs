using System.Collections.Concurrent;
using System.Net.Sockets;

namespace SeqCluster.Collectives.Rendezvous;

/// <summary>
/// Connects every pair of a generation's members, once for each channel: the higher rank connects, the lower accepts.
/// Strangers on the port are refused one by one, each within its own deadline, and disturb nobody.
/// </summary>
internal sealed class PeerMesh : IDisposable
{
    private const int MaxHandshakes = 64;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(10);

    private readonly GroupOptions options;
    private readonly Channel[] channels;
    private readonly Handshake handshake;
    private readonly ConcurrentDictionary<(int Peer, Channel Channel), Socket> connections = new();

    private PeerMesh(GroupOptions options, Channel[] channels)
    {
        this.options = options;
        this.channels = channels;
        handshake = new Handshake(options.Attempt, options.Generation, options.Rank, options.Peers.Count, options.Secret);
    }

    /// <summary>Connects to all members.</summary>
    /// <exception cref="PeerLostException">A member was not there before the join deadline.</exception>
    /// <exception cref="CollectiveAbortedException">Cancelled.</exception>
    public static async Task<PeerMesh> ConnectAsync(
        GroupOptions options, GroupListener listener, Channel[] channels, CancellationToken cancellation)
    {
        var mesh = new PeerMesh(options, channels);
        using var deadline = new CancellationTokenSource(options.JoinTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var connecting = from peer in Enumerable.Range(0, options.Rank)
                             from channel in channels
                             select mesh.ConnectAsync(peer, channel, either.Token);
            await Task.WhenAll([mesh.AcceptAsync(listener, either.Token), .. connecting]);
            return mesh;
        }
        catch (OperationCanceledException)
        {
            var absent = mesh.FirstAbsent();
            mesh.Dispose();
            if (cancellation.IsCancellationRequested)
                throw new CollectiveAbortedException("cancelled while joining");
            throw new PeerLostException(absent, CollectivePhase.Join, -1, PeerLossCause.Absent,
                $"not connected within {options.JoinTimeout.TotalSeconds:0.#} s to {options.Peers[absent].Host}:{options.Peers[absent].Port}");
        }
        catch
        {
            mesh.Dispose();
            throw;
        }
    }

    /// <summary>The connections of one channel, by rank; null at this member's own rank. The caller owns them from now on.</summary>
    public Socket?[] Take(Channel channel)
    {
        var taken = new Socket?[options.Peers.Count];
        foreach (var ((peer, _), _) in connections.Where(entry => entry.Key.Channel == channel))
            taken[peer] = connections.TryRemove((peer, channel), out var socket) ? socket : null;
        return taken;
    }

    public void Dispose()
    {
        foreach (var socket in connections.Values)
            socket.Dispose();
    }

    private int FirstAbsent() => Enumerable.Range(0, options.Peers.Count)
        .First(peer => peer != options.Rank && channels.Any(channel => !connections.ContainsKey((peer, channel))));

    private async Task ConnectAsync(int peer, Channel channel, CancellationToken cancellation)
    {
        var address = options.Peers[peer];
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, cancellation);
                if (await handshake.ConnectAsync(socket, peer, channel, cancellation))
                {
                    connections[(peer, channel)] = socket;
                    return;
                }
            }
            catch (SocketException)
            {
                // Not listening yet, or still in an older generation: the deadline decides how long that is forgiven.
            }
            catch
            {
                socket.Dispose();
                throw;
            }
            socket.Dispose();
            await Task.Delay(RetryPause, options.TimeProvider, cancellation);
        }
    }

    private async Task AcceptAsync(GroupListener listener, CancellationToken cancellation)
    {
        var missing = (options.Peers.Count - 1 - options.Rank) * channels.Length;
        if (missing == 0)
            return;
        using var complete = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Never fewer than all the members that may come at once.
        var bound = Math.Max(MaxHandshakes, 2 * missing);
        var handshakes = new Queue<(Task Ending, CancellationTokenSource Given)>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(complete.Token);
                // A member proves itself in a moment; strangers that say nothing must not keep it waiting for their places.
                while (handshakes.Count >= bound || (handshakes.TryPeek(out var oldest) && oldest.Ending.IsCompleted))
                    await EndAsync(handshakes.Dequeue());
                var given = CancellationTokenSource.CreateLinkedTokenSource(complete.Token);
                handshakes.Enqueue((AdmitAsync(socket, () =>
                {
                    if (Interlocked.Decrement(ref missing) == 0)
                        complete.Cancel();
                }, given.Token), given));
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Everybody is here.
        }
        finally
        {
            while (handshakes.TryDequeue(out var handshake))
                await EndAsync(handshake);
        }
    }

    private static async Task EndAsync((Task Ending, CancellationTokenSource Given) handshake)
    {
        await handshake.Given.CancelAsync();
        await handshake.Ending;
        handshake.Given.Dispose();
    }

    private async Task AdmitAsync(Socket socket, Action admitted, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(HandshakeTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            socket.NoDelay = true;
            if (await handshake.AcceptAsync(socket, either.Token) is { } caller && channels.Contains(caller.Channel))
            {
                var isNew = true;
                // A peer that gave up its first connection half-way comes again: the newer one is the one it uses.
                connections.AddOrUpdate((caller.Peer, caller.Channel), socket, (_, older) =>
                {
                    older.Dispose();
                    isNew = false;
                    return socket;
                });
                if (isNew)
                    admitted();
                return;
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // A caller that vanished or dawdled is a caller refused.
        }
        socket.Dispose();
    }
}
