namespace Orleans.Standin.Activations;

/// <summary>The life of an activation; each state is entered once, in this order (some are left out).</summary>
internal enum ActivationState
{
    /// <summary>The grain is being constructed, its state read, <c>OnActivateAsync</c> runs; calls wait.</summary>
    Activating,

    /// <summary>Calls are taken in turn.</summary>
    Valid,

    /// <summary>No new call begins; running ones end, then <c>OnDeactivateAsync</c> runs; waiting calls stay.</summary>
    Deactivating,

    /// <summary>The activation is gone; what waited was forwarded.</summary>
    Invalid,
}
