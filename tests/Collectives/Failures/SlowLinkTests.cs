using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Transport.Tcp;

namespace SeqCluster.Collectives.Tests.Failures;

/// <summary>
/// Three members, of which rank 1 is played by hand: it gives rank 0 everything at once and rank 2 its partial sums so slowly
/// that rank 0 waits for rank 2's chunk far beyond the stall timeout. Bytes move at rank 2, so nobody has stalled.
/// </summary>
public sealed class SlowLinkTests
{
    private const int Elements = 9 * 1024;
    private const int Pieces = 12;
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pace = StallTimeout / 4;

    [Fact]
    public void Member_ThatServesASlowLink_IsNotTakenForStalled()
    {
        var failures = Play(Pieces, out var took);
        Assert.All(failures, Assert.Null);
        Assert.True(took > 2 * StallTimeout, $"the link took {took}: too fast to show anything");
    }

    [Fact]
    public void Link_ThatStopsHalfWay_IsAStallOfThePlayedMember()
    {
        var failures = Play(Pieces / 2, out _);
        Assert.All(failures, failure => Assert.Equal(1, Assert.IsType<PeerLostException>(failure).Rank));
    }

    private static Exception?[] Play(int pieces, out TimeSpan took)
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new GroupListener(IPAddress.Loopback)).ToArray();
        var peers = listeners.Select(listener => listener.Announce("127.0.0.1", "")).ToArray();
        var options = Members.Options(1, 3, peers, TransportKind.Tcp, Elements) with { Job = "slow", StallTimeout = StallTimeout };
        var failures = new Exception?[2];
        var threads = new[] { 0, 2 }.Select(rank => new Thread(() => failures[rank / 2] = Record.Exception(() =>
        {
            using var group = CollectiveGroup.Join(options with { Rank = rank }, listeners[rank]);
            group.Buckets[0].Open(1);
            group.Buckets[0].AddReplica(new float[Elements]);
            group.AllReduce(group.Buckets[0]);
        }))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        using (var mesh = PeerMesh.ConnectAsync(options, listeners[1], [Channel.Control, Channel.Data], default).GetAwaiter().GetResult())
        using (var control = new PeerWatch(mesh.Take(Channel.Control), rank: 1))
        {
            var data = mesh.Take(Channel.Data);
            control.Tell(new Notice(NoticeKind.Ready));
            var started = Stopwatch.GetTimestamp();
            Send(data[0]!, FrameKind.Partials, 64 + Elements / 3 * 4, pieces: 1, all: 1);
            Send(data[0]!, FrameKind.Sum, Elements / 3 * 4, pieces: 1, all: 1);
            Send(data[2]!, FrameKind.Partials, 64 + Elements / 3 * 4, pieces, Pieces);
            if (pieces == Pieces)
                Send(data[2]!, FrameKind.Sum, Elements / 3 * 4, pieces: 1, all: 1);
            took = Stopwatch.GetElapsedTime(started);
            Assert.All(threads, thread => Assert.True(thread.Join(Members.Deadline), "a member hangs"));
            foreach (var socket in data)
                socket?.Dispose();
        }
        foreach (var listener in listeners)
            listener.Dispose();
        return failures;
    }

    /// <summary>The first of so many equal pieces of a frame, one in each interval.</summary>
    private static void Send(Socket data, FrameKind kind, int length, int pieces, int all)
    {
        var header = new FrameHeader
        {
            Magic = FrameHeader.FrameMagic,
            Kind = kind,
            Attempt = 1,
            Generation = 3,
            Step = 1,
            Bucket = 0,
            Rank = 1,
            Length = length,
        };
        data.Send(MemoryMarshal.AsBytes(new ReadOnlySpan<FrameHeader>(in header)));
        var payload = new byte[length];
        for (var piece = 0; piece < pieces; piece++)
        {
            data.Send(payload.AsSpan(length * piece / all, length * (piece + 1) / all - length * piece / all));
            var sent = Stopwatch.GetTimestamp();
            // The pace is the link's; no one is waited for.
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(sent) >= (all > 1 ? Pace : TimeSpan.Zero), Pace * 2);
        }
    }
}
