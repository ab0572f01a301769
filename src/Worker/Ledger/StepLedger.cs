using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Worker.Ledger;

/// <summary>
/// What this member keeps of the job's steps until the silo has stored it: the reports of all replicas, and the job's metrics. Every
/// member keeps the same, one of them sends, and whoever is left when that one dies sends the rest. Any thread.
/// </summary>
internal sealed class StepLedger
{
    private readonly Lock gate = new();
    private List<LedgerEntry> kept = [];
    private LedgerPlace stored;
    private LedgerPlace sent;
    private LedgerEntry? prepared;

    /// <summary>The last place that the silo is known to have stored; nothing up to it is kept.</summary>
    public LedgerPlace Stored
    {
        get
        {
            lock (gate)
            {
                return stored;
            }
        }
    }

    /// <summary>What is kept, in the order of its places.</summary>
    public IReadOnlyList<LedgerEntry> Kept
    {
        get
        {
            lock (gate)
            {
                return [.. kept];
            }
        }
    }

    /// <summary>A step is done, or evaluated: its place comes after those that were added.</summary>
    public void Add(LedgerEntry entry)
    {
        lock (gate)
        {
            kept.Add(entry);
            prepared = null;
        }
    }

    /// <summary>A step is about to count: it does once it is added, or settled.</summary>
    public void Prepare(LedgerEntry entry)
    {
        lock (gate)
        {
            prepared = entry;
        }
    }

    /// <summary>A generation begins after a step: where just that one is prepared, others have completed it, and it counts.</summary>
    public void Settle(int startStep)
    {
        lock (gate)
        {
            if (prepared is { } entry && entry.Place.Step == startStep)
            {
                kept.Add(entry);
            }

            prepared = null;
        }
    }

    /// <summary>Takes what comes with the state of another member, or of a checkpoint; what is here stays.</summary>
    public void TakeOver(IReadOnlyList<LedgerEntry> entries)
    {
        lock (gate)
        {
            kept = [.. kept.Concat(entries).Where(entry => entry.Place.CompareTo(stored) > 0).DistinctBy(static entry => entry.Place).OrderBy(static entry => entry.Place)];

            // What lies before places that were sent may not have been.
            sent = stored;
        }
    }

    /// <summary>The silo has stored everything up to a place.</summary>
    public void Acknowledge(LedgerPlace place)
    {
        lock (gate)
        {
            if (place.CompareTo(stored) > 0)
            {
                stored = place;
                kept.RemoveRange(0, CountUpTo(place));
            }
        }
    }

    /// <summary>What was not sent from here yet, of one generation, at most so many; empty for nothing.</summary>
    public IReadOnlyList<LedgerEntry> TakeUnsent(int limit)
    {
        lock (gate)
        {
            var first = CountUpTo(sent);
            if (first == kept.Count)
            {
                return [];
            }

            var of = kept[first].Place;
            LedgerEntry[] next = [.. kept.Skip(first).Take(limit).TakeWhile(entry => (entry.Place.Attempt, entry.Place.Generation) == (of.Attempt, of.Generation))];
            sent = next[^1].Place;
            return next;
        }
    }

    private int CountUpTo(LedgerPlace place)
    {
        var after = kept.FindIndex(entry => entry.Place.CompareTo(place) > 0);
        return after < 0 ? kept.Count : after;
    }
}
