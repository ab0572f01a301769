using System.Net.Sockets;
using System.Runtime.InteropServices;
using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>What a link does with a frame whose header has arrived.</summary>
internal enum Admission
{
    /// <summary>Its payload goes to the destination.</summary>
    Accept,

    /// <summary>It is of a step or generation that is over: read and dropped.</summary>
    Drop,

    /// <summary>It is for a step that this member has not reached: left in the socket until it has.</summary>
    Later,
}

/// <summary>
/// One connection to a peer, never blocking: a bounded queue of memory to send, gathered into one call without copying, and a
/// reader that places each payload where it belongs. Engine thread only; decides nothing about frames itself.
/// </summary>
internal sealed unsafe class TcpLink : IDisposable
{
    /// <summary>A frame up to this size comes in one call, header and all.</summary>
    private const int StagingBytes = 64 * 1024;
    private const int MaxVectors = 16;

    /// <summary>Sending and receiving take turns in pieces that the cores' caches hold, the sum of a piece included.</summary>
    private const int MaxReceiveBytes = 1 << 19;
    private const long MaxSendBytes = 1 << 19;
    private const int BlockBytes = Topology.ChunkMap.BlockElements * sizeof(float);

    private readonly Socket socket;
    private readonly int descriptor;
    private readonly TcpTransport owner;
    private readonly int peer;
    private readonly Part[] queue;
    private readonly byte* staging;
    private int queueHead;
    private int queueCount;
    private long headSent;
    private int stagedFrom;
    private int stagedTo;
    private FrameHeader header;
    private byte* destination;
    private bool inFrame;
    private bool delivers;

    public TcpLink(Socket socket, TcpTransport owner, int peer, int queueCapacity)
    {
        (this.socket, this.owner, this.peer) = (socket, owner, peer);
        descriptor = (int)socket.Handle;
        queue = new Part[queueCapacity];
        staging = (byte*)NativeMemory.AlignedAlloc(StagingBytes, 64);
    }

    /// <summary>For <c>poll</c>.</summary>
    public int Descriptor => descriptor;

    /// <summary>Whether the connection has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the next frame is for a step that this member has not reached.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether something could be sent if the socket took it.</summary>
    public bool HasSendable => queueCount > 0 && queue[queueHead].Available > headSent;

    /// <summary>The frame whose payload is arriving; meaningful while <see cref="Received"/> is not −1.</summary>
    public ref readonly FrameHeader Current => ref header;

    /// <summary>Payload bytes of the current frame that have arrived; −1 between frames.</summary>
    public long Received { get; private set; } = -1;

    /// <summary>Queues memory that stays as it is until the bucket is flushed.</summary>
    /// <param name="gate">Unless null, only the bucket's completed leading blocks may go.</param>
    public void Enqueue(void* data, long length, GradientBucket? bucket, GradientBucket? gate = null)
    {
        if (length == 0)
            return;
        if (queueCount == queue.Length)
            throw new InvalidOperationException($"The send queue to rank {peer} holds {queueCount} parts already.");
        queue[(queueHead + queueCount++) % queue.Length] = new Part((byte*)data, length, bucket, gate);
        if (bucket is not null)
            bucket.PendingSends++;
    }

    /// <summary>Sends what the socket takes, one large piece at most; true if that was anything.</summary>
    public bool TrySend()
    {
        var progress = false;
        var vectors = stackalloc SystemCalls.IoVector[MaxVectors];
        while (HasSendable && !IsClosed)
        {
            var message = new SystemCalls.MessageHeader { Vectors = vectors, VectorCount = (nuint)Gather(vectors) };
            var sent = SystemCalls.SendMessage(descriptor, &message, SystemCalls.DontWait | SystemCalls.NoSignal);
            if (sent < 0)
            {
                IsClosed = Marshal.GetLastPInvokeError() is not (SystemCalls.WouldBlock or SystemCalls.Interrupted);
                return progress;
            }
            Consume(sent);
            progress = true;
            if (sent == MaxSendBytes)
                break;
        }
        return progress;
    }

    /// <summary>Reads what has come, one frame's end at most; true if that was anything.</summary>
    public bool TryReceive()
    {
        IsPaused = false;
        if (!inFrame && !TryBeginFrame())
            return false;
        return !inFrame || TryReceivePayload();
    }

    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.AlignedFree(staging);
    }

    private int Gather(SystemCalls.IoVector* vectors)
    {
        var count = 0;
        var sent = headSent;
        var room = MaxSendBytes;
        for (; count < Math.Min(queueCount, MaxVectors) && room > 0; count++)
        {
            ref var part = ref queue[(queueHead + count) % queue.Length];
            if (part.Available <= sent)
                break;
            var length = Math.Min(part.Available - sent, room);
            room -= length;
            vectors[count] = new SystemCalls.IoVector { Base = part.Data + sent, Length = (nuint)length };
            if (part.Available < part.Length)
                return count + 1;
            sent = 0;
        }
        return count;
    }

    private void Consume(long sent)
    {
        headSent += sent;
        owner.Moved(sent);
        while (queueCount > 0 && headSent >= queue[queueHead].Length)
        {
            ref var part = ref queue[queueHead];
            headSent -= part.Length;
            if (part.Bucket is not null)
                part.Bucket.PendingSends--;
            queueHead = (queueHead + 1) % queue.Length;
            queueCount--;
        }
    }

    /// <summary>Has a whole header, and knows where its payload goes; the header stays staged while the frame is for later.</summary>
    private bool TryBeginFrame()
    {
        if (stagedTo - stagedFrom < FrameHeader.Bytes)
        {
            Buffer.MemoryCopy(staging + stagedFrom, staging, StagingBytes, stagedTo - stagedFrom);
            (stagedFrom, stagedTo) = (0, stagedTo - stagedFrom);
            var count = Receive(staging + stagedTo, StagingBytes - stagedTo);
            stagedTo += count;
            if (stagedTo < FrameHeader.Bytes)
                return count > 0;
        }
        header = *(FrameHeader*)(staging + stagedFrom);
        var admission = owner.Admit(peer, header, out destination);
        if (admission == Admission.Later)
        {
            IsPaused = true;
            return false;
        }
        stagedFrom += FrameHeader.Bytes;
        delivers = admission == Admission.Accept;
        (inFrame, Received) = (true, 0);
        return true;
    }

    private bool TryReceivePayload()
    {
        var progress = false;
        var missing = header.Length - Received;
        var staged = (int)Math.Min(missing, stagedTo - stagedFrom);
        if (staged > 0)
        {
            if (delivers)
                Buffer.MemoryCopy(staging + stagedFrom, destination + Received, missing, staged);
            stagedFrom += staged;
            Received += staged;
            progress = true;
        }
        else if (missing > 0)
        {
            var count = delivers
                ? Receive(destination + Received, (int)Math.Min(missing, MaxReceiveBytes))
                : Receive(staging, (int)Math.Min(missing, StagingBytes));
            if (!delivers)
                (stagedFrom, stagedTo) = (0, 0);
            Received += count;
            progress = count > 0;
        }
        if (Received < header.Length)
            return progress;
        (inFrame, Received) = (false, -1);
        if (delivers)
            owner.Delivered(peer, header);
        return true;
    }

    private int Receive(byte* buffer, int length)
    {
        if (IsClosed)
            return 0;
        var count = SystemCalls.Receive(descriptor, buffer, (nuint)length, SystemCalls.DontWait);
        if (count > 0)
        {
            owner.Moved(count);
            return (int)count;
        }
        IsClosed = count == 0 || Marshal.GetLastPInvokeError() is not (SystemCalls.WouldBlock or SystemCalls.Interrupted);
        return 0;
    }

    private readonly struct Part(byte* data, long length, GradientBucket? bucket, GradientBucket? gate)
    {
        public byte* Data { get; } = data;

        public long Length { get; } = length;

        public GradientBucket? Bucket { get; } = bucket;

        public long Available => gate is null ? Length : Math.Min(Length, (long)gate.ReducedBlocks * BlockBytes);
    }
}
