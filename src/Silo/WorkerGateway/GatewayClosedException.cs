namespace SeqCluster.Silo.WorkerGateway;

/// <summary>Ends a connection's loop, with the reason for people and for the grains.</summary>
internal sealed class GatewayClosedException(string reason, CloseKind kind) : Exception(reason)
{
    /// <summary>How it ended.</summary>
    public CloseKind Kind { get; } = kind;

    /// <summary>The worker broke the rules.</summary>
    public static GatewayClosedException Refuse(string reason) => new(reason, CloseKind.Refused);
}
