namespace SeqCluster.Collectives;

/// <summary>How the members of a group reach each other.</summary>
public enum TransportKind
{
    /// <summary>Shared memory between members that name one host, TCP between the others.</summary>
    Automatic,

    /// <summary>Segments mapped by all members of one Linux host.</summary>
    SharedMemory,

    /// <summary>A connection for each pair.</summary>
    Tcp,
}
