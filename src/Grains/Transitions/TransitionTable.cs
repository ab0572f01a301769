using System.Collections.Frozen;

namespace SeqCluster.Grains.Transitions;

/// <summary>
/// A state machine as data: which state follows which signal. A pair that is not in the table changes nothing. The table
/// decides no more than the next state; what is done on the way is the machine's that owns the table.
/// </summary>
public sealed class TransitionTable<TState, TSignal>
    where TState : struct, Enum
    where TSignal : struct, Enum
{
    private readonly FrozenDictionary<(TState, TSignal), Transition<TState, TSignal>> byPair;

    /// <exception cref="ArgumentException">Two rows have the same state and signal.</exception>
    public TransitionTable(params (TState From, TSignal Signal, TState To, string Does)[] rows)
    {
        Rows = rows.Select(row => new Transition<TState, TSignal>(row.From, row.Signal, row.To, row.Does)).ToArray();
        byPair = Rows.Select(row => KeyValuePair.Create((row.From, row.Signal), row)).ToFrozenDictionary();
        if (byPair.Count != Rows.Count)
        {
            throw new ArgumentException("two rows have the same state and signal", nameof(rows));
        }
    }

    /// <summary>All rows, in the order in which they are told.</summary>
    public IReadOnlyList<Transition<TState, TSignal>> Rows { get; }

    /// <summary>The row of a pair; null when the signal changes nothing in that state.</summary>
    public Transition<TState, TSignal>? Find(TState from, TSignal signal) => byPair.GetValueOrDefault((from, signal));
}
