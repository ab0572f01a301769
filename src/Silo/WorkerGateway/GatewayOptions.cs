using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>The gateway's bounds. The defaults are the wire's; tests shorten them.</summary>
public sealed record GatewayOptions
{
    /// <summary>Connections at one time; further ones are refused.</summary>
    public int MaximumConnections { get; init; } = 1_024;

    /// <summary>The first frame must have come by then.</summary>
    public TimeSpan HelloBound { get; init; } = WireProtocol.HelloBound;

    /// <summary>A connection without a frame for so long is closed, and its worker lost.</summary>
    public TimeSpan SilenceBound { get; init; } = WireProtocol.SilenceBound;

    /// <summary>A worker whose connection broke may come back in this time before the grains hear of it.</summary>
    public TimeSpan ReturnBound { get; init; } = WireProtocol.SilenceBound;

    /// <summary>
    /// A second process with the id of a connected worker is let in when that one is not heard in this time, and refused when it
    /// is. Begins with one <see cref="WireProtocol.HeartbeatInterval"/> in which what was on its way already does not count.
    /// </summary>
    public TimeSpan ContestBound { get; init; } = WireProtocol.SilenceBound;

    /// <summary>One frame must have left by then.</summary>
    public TimeSpan SendBound { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Frames that wait to be sent to one worker; at the next one the worker is dropped as too slow.</summary>
    public int SendQueueBound { get; init; } = 64;

    /// <summary>How often the worker grain hears from a connection on which nothing changes.</summary>
    public TimeSpan RenewInterval { get; init; } = TimeSpan.FromSeconds(5);
}
