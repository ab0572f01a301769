namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The constants that both ends of the worker wire share (docs/protocols/worker-wire.md).</summary>
public static class WireProtocol
{
    /// <summary>The one version of the frames; the silo refuses another one.</summary>
    public const int Version = 1;

    /// <summary>The path of the WebSocket at the silo.</summary>
    public const string Path = "/v1/worker-gateway";

    /// <summary>A frame is one binary message of at most this many bytes, in either direction.</summary>
    public const int MaximumFrameBytes = 1 << 20;

    /// <summary>Characters of the reason in <see cref="RefusedFrame"/>, <see cref="ShutdownFrame"/> and <see cref="GoodbyeFrame"/>.</summary>
    public const int MaximumReasonLength = 1_000;

    /// <summary>Lines in one <see cref="LogFrame"/>.</summary>
    public const int MaximumLogLines = 500;

    /// <summary>Characters of one log line; the worker cuts longer ones.</summary>
    public const int MaximumLogLineLength = 4_000;

    /// <summary>A worker sends a heartbeat this often, from its control thread.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>The silo takes a worker as gone after this much silence.</summary>
    public static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(5);

    /// <summary>The first frame of a connection, <see cref="HelloFrame"/>, must have come by then.</summary>
    public static readonly TimeSpan HelloBound = TimeSpan.FromSeconds(5);
}
