using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Frames to bytes and back. Bytes from the other end are never trusted: what is no frame is a result, not an exception.</summary>
public static class WireCodec
{
    private static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard
        .WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(32));

    /// <summary>The bytes of a frame to the silo.</summary>
    /// <exception cref="InvalidOperationException">It is greater than <see cref="WireProtocol.MaximumFrameBytes"/>: the sender must split it.</exception>
    public static byte[] Encode(WorkerFrame frame) => Bounded(frame, MessagePackSerializer.Serialize(frame, Options));

    /// <summary>The bytes of a frame to a worker.</summary>
    /// <exception cref="InvalidOperationException">It is greater than <see cref="WireProtocol.MaximumFrameBytes"/>: the sender must split it.</exception>
    public static byte[] Encode(SiloFrame frame) => Bounded(frame, MessagePackSerializer.Serialize(frame, Options));

    /// <summary>Reads a frame that came from a worker.</summary>
    public static WireDecoded<WorkerFrame> DecodeWorkerFrame(ReadOnlyMemory<byte> bytes) => Decode<WorkerFrame>(bytes);

    /// <summary>Reads a frame that came from the silo.</summary>
    public static WireDecoded<SiloFrame> DecodeSiloFrame(ReadOnlyMemory<byte> bytes) => Decode<SiloFrame>(bytes);

    private static byte[] Bounded(object frame, byte[] bytes) => bytes.Length <= WireProtocol.MaximumFrameBytes
        ? bytes
        : throw new InvalidOperationException(
            $"{frame.GetType().Name} of {bytes.Length} bytes: a frame has at most {WireProtocol.MaximumFrameBytes}");

    private static WireDecoded<TFrame> Decode<TFrame>(ReadOnlyMemory<byte> bytes)
        where TFrame : class
    {
        if (bytes.Length > WireProtocol.MaximumFrameBytes)
        {
            return new(null, $"a frame of {bytes.Length} bytes: at most {WireProtocol.MaximumFrameBytes}");
        }

        try
        {
            var frame = MessagePackSerializer.Deserialize<TFrame>(bytes, Options, out var read);
            if (frame is null)
            {
                return new(null, "an unknown kind of frame");
            }

            return read == bytes.Length ? new(frame, "") : new(null, $"{bytes.Length - read} bytes after the frame");
        }
        catch (MessagePackSerializationException fault)
        {
            return new(null, $"not a frame: {(fault.InnerException ?? fault).Message}");
        }
    }
}
