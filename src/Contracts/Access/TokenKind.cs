namespace SeqCluster.Contracts.Access;

/// <summary>Who a token lets in.</summary>
public enum TokenKind
{
    /// <summary>People and programs that use the API; may also make and revoke tokens.</summary>
    Client,

    /// <summary>Worker processes: the gateway, and the paths that serve workers.</summary>
    Worker,

    /// <summary>Programs that read <c>/metrics</c> and nothing else.</summary>
    Metrics,
}
