namespace SeqCluster.Grains.Transitions;

/// <summary>One row of a state machine.</summary>
/// <param name="From">The state that it is in.</param>
/// <param name="Signal">What happens.</param>
/// <param name="To">The state after it.</param>
/// <param name="Does">What is done, for people; the same words are in <c>docs/protocols</c>.</param>
public sealed record Transition<TState, TSignal>(TState From, TSignal Signal, TState To, string Does)
    where TState : struct, Enum
    where TSignal : struct, Enum;
