namespace SeqCluster.Transfers;

/// <summary>Why a transfer failed, as far as it decides what can be done.</summary>
public enum TransferFault
{
    /// <summary>The other end did not answer for too long: later it may.</summary>
    Unreachable,

    /// <summary>The other end answered that it will not: the same request would be refused again.</summary>
    Refused,

    /// <summary>The content came whole, again and again, and is not what its hash says: where it comes from it is damaged.</summary>
    Damaged,

    /// <summary>This machine's disk cannot take it.</summary>
    NoRoom,
}
