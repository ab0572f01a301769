using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace SeqCluster.Collectives.Rendezvous;

/// <summary>What a connection between two members is for.</summary>
internal enum Channel : byte
{
    /// <summary>Farewells and the end of the stream: how a member learns that another is gone.</summary>
    Control = 0,

    /// <summary>Frames of the TCP transport.</summary>
    Data = 1,
}

/// <summary>
/// Mutual proof of the generation's secret, before a connection counts: hello (identity and nonce) → nonce and HMAC → HMAC →
/// welcome. Either side's HMAC covers both nonces, (attempt, generation), both ranks and the channel, so that nothing can be
/// replayed into another generation, turned round, or moved to another pair.
/// </summary>
internal sealed class Handshake(int attempt, int generation, int rank, int workers, ReadOnlyMemory<byte> secret)
{
    private const uint Magic = 0x31435153; // "SQC1"
    private const int NonceBytes = 32;
    private const int MacBytes = 32;
    private const int HelloBytes = 24 + NonceBytes;
    private const byte Welcome = 0x57;

    /// <summary>Connector's side. False when the other end is not the member that was meant, or refused.</summary>
    public async Task<bool> ConnectAsync(Socket socket, int peer, Channel channel, CancellationToken cancellation)
    {
        var hello = Hello(from: rank, to: peer, channel);
        await SendAsync(socket, hello, cancellation);
        var reply = new byte[NonceBytes + MacBytes];
        if (!await ReceiveAsync(socket, reply, cancellation))
            return false;
        var nonce = reply.AsMemory(0, NonceBytes);
        if (!CryptographicOperations.FixedTimeEquals(reply.AsSpan(NonceBytes), Mac("accept", hello, nonce)))
            return false;
        await SendAsync(socket, Mac("connect", hello, nonce), cancellation);
        var welcome = new byte[1];
        return await ReceiveAsync(socket, welcome, cancellation) && welcome[0] == Welcome;
    }

    /// <summary>Acceptor's side. Null when the caller is no member of this generation: garbage, another secret, another rank.</summary>
    public async Task<(int Peer, Channel Channel)?> AcceptAsync(Socket socket, CancellationToken cancellation)
    {
        var hello = new byte[HelloBytes];
        if (!await ReceiveAsync(socket, hello, cancellation) || !TryParse(hello, out var peer, out var channel))
            return null;
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        byte[] reply = [.. nonce, .. Mac("accept", hello, nonce)];
        await SendAsync(socket, reply, cancellation);
        var proof = new byte[MacBytes];
        if (!await ReceiveAsync(socket, proof, cancellation)
            || !CryptographicOperations.FixedTimeEquals(proof, Mac("connect", hello, nonce)))
            return null;
        await SendAsync(socket, new[] { Welcome }, cancellation);
        return (peer, channel);
    }

    private byte[] Hello(int from, int to, Channel channel)
    {
        var hello = new byte[HelloBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(hello, Magic);
        hello[4] = (byte)channel;
        BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(8), attempt);
        BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(12), generation);
        BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(16), from);
        BinaryPrimitives.WriteInt32LittleEndian(hello.AsSpan(20), to);
        RandomNumberGenerator.Fill(hello.AsSpan(24));
        return hello;
    }

    private bool TryParse(ReadOnlySpan<byte> hello, out int peer, out Channel channel)
    {
        channel = (Channel)hello[4];
        peer = BinaryPrimitives.ReadInt32LittleEndian(hello[16..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(hello) == Magic
            && channel is Channel.Control or Channel.Data
            && BinaryPrimitives.ReadInt32LittleEndian(hello[8..]) == attempt
            && BinaryPrimitives.ReadInt32LittleEndian(hello[12..]) == generation
            && peer > rank && peer < workers
            && BinaryPrimitives.ReadInt32LittleEndian(hello[20..]) == rank;
    }

    private byte[] Mac(string role, ReadOnlyMemory<byte> hello, ReadOnlyMemory<byte> nonce)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Span);
        hmac.AppendData(System.Text.Encoding.ASCII.GetBytes(role));
        hmac.AppendData(hello.Span);
        hmac.AppendData(nonce.Span);
        return hmac.GetHashAndReset();
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
    }

    private static async Task<bool> ReceiveAsync(Socket socket, Memory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
        {
            var count = await socket.ReceiveAsync(bytes, SocketFlags.None, cancellation);
            if (count == 0)
                return false;
            bytes = bytes[count..];
        }
        return true;
    }
}
