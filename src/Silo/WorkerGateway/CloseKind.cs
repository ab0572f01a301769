namespace SeqCluster.Silo.WorkerGateway;

/// <summary>How a connection ended, and so what it says of the worker behind it.</summary>
internal enum CloseKind
{
    /// <summary>The link broke; the worker may live and come back.</summary>
    Broken,

    /// <summary>Nothing came for too long: the worker counts as lost.</summary>
    Silent,

    /// <summary>The worker said goodbye.</summary>
    Left,

    /// <summary>What it sent, or that it came at all, was refused for good.</summary>
    Refused,

    /// <summary>Another connection of the same worker slot took its place.</summary>
    Replaced,

    /// <summary>A fault on this side; the worker should connect again.</summary>
    Failed,

    /// <summary>The silo stops.</summary>
    Stopping,
}
