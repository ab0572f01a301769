using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>
/// The place of an entry in the order in which a job's members tell of steps: of two entries the later place is the later one. An
/// acknowledgement names the last place that the silo has stored, and covers all before it.
/// </summary>
/// <param name="Attempt">The attempt that the step was done in.</param>
/// <param name="Generation">The generation of it.</param>
/// <param name="Step">The step.</param>
/// <param name="Part">0: what the step consumed; 1: what its evaluation came to.</param>
[GenerateSerializer, Immutable, MessagePackObject]
public readonly record struct LedgerPlace(
    [property: Key(0)] int Attempt,
    [property: Key(1)] int Generation,
    [property: Key(2)] int Step,
    [property: Key(3)] int Part) : IComparable<LedgerPlace>
{
    /// <inheritdoc/>
    public int CompareTo(LedgerPlace other) =>
        (Attempt, Generation, Step, Part).CompareTo((other.Attempt, other.Generation, other.Step, other.Part));
}
