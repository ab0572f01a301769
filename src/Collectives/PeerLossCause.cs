namespace SeqCluster.Collectives;

/// <summary>Why a peer counts as lost.</summary>
public enum PeerLossCause
{
    /// <summary>Its connection ended without a farewell: the process is gone or unreachable.</summary>
    Disconnected,

    /// <summary>It said goodbye while something was still expected of it.</summary>
    Left,

    /// <summary>It made no progress within the bound.</summary>
    Stalled,

    /// <summary>It did not arrive, or was refused, before the join deadline.</summary>
    Absent,

    /// <summary>It sent what no member of this generation may send.</summary>
    Protocol,

    /// <summary>Another member reported the loss first.</summary>
    Reported,
}
