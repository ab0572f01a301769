namespace SeqCluster.Collectives;

/// <summary>How the members of a group reach each other.</summary>
public enum TransportKind
{
    /// <summary>Shared memory where all members name one host, else TCP.</summary>
    Automatic,

    /// <summary>Segments mapped by all members of one Linux host.</summary>
    SharedMemory,

    /// <summary>A connection for each pair.</summary>
    Tcp,
}
