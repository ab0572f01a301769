namespace Orleans;

/// <summary>The kinds of <see cref="DeactivationReason"/> that a single silo knows; the numbers are the original's.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason was given.</summary>
    None = 0,

    /// <summary>The silo stops.</summary>
    ShuttingDown = 1,

    /// <summary>Construction, state or <c>OnActivateAsync</c> failed.</summary>
    ActivationFailed = 2,

    /// <summary>No call for longer than the collection age.</summary>
    ActivationIdle = 4,

    /// <summary>The grain's state was found to be stale.</summary>
    ApplicationError = 8,

    /// <summary><c>DeactivateOnIdle</c> was called.</summary>
    ApplicationRequested = 9,
}
