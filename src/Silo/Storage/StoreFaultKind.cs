namespace SeqCluster.Silo.Storage;

/// <summary>Why the store takes no writes.</summary>
public enum StoreFaultKind
{
    /// <summary>No room on its disk.</summary>
    Full,

    /// <summary>It may be read only.</summary>
    ReadOnly,

    /// <summary>Another process holds its lock for too long.</summary>
    Locked,

    /// <summary>What is read back is not what was written.</summary>
    Damaged,

    /// <summary>Its disk answers with errors.</summary>
    Failing,

    /// <summary>Its files were taken away; nothing brings this store back but another start.</summary>
    Gone,
}
