namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>A decoded frame, or why the bytes are not one.</summary>
/// <param name="Frame">null exactly when there is a fault.</param>
/// <param name="Fault">For people; empty when there is a frame.</param>
public readonly record struct WireDecoded<TFrame>(TFrame? Frame, string Fault)
    where TFrame : class;
