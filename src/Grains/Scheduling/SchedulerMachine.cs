using System.Collections.Immutable;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Transitions;

namespace SeqCluster.Grains.Scheduling;

/// <summary>
/// Decides who gets which workers: (state, event, now) → (state, hints). Pure. Greater priorities first, then first come, first
/// served by (submitted, job id); a job that cannot start lets later ones pass, until it has waited <see cref="Patience"/>.
/// Nobody's workers are taken away for another job.
/// </summary>
public static class SchedulerMachine
{
    /// <summary>How long others may overtake a job that cannot start; then the workers that it could use are kept for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The most demands that are kept; one more is told to ask again.</summary>
    public const int DemandsLimit = 10_000;

    /// <summary>Every change of a demand's state (<c>docs/protocols/scheduling.md</c>).</summary>
    public static readonly TransitionTable<DemandState, DemandSignal> Table = new(
        (DemandState.Absent, DemandSignal.Asked, DemandState.Waiting, "enters the queue at the place of its submission"),
        (DemandState.Waiting, DemandSignal.Asked, DemandState.Waiting, "is told what it waits for"),
        (DemandState.Waiting, DemandSignal.AskedAnew, DemandState.Waiting, "waits for what it asks now, at its place"),
        (DemandState.Waiting, DemandSignal.AskedLate, DemandState.Waiting, "the question is out of date"),
        (DemandState.Waiting, DemandSignal.Chosen, DemandState.Reserved, "gets all its workers in one turn"),
        (DemandState.Waiting, DemandSignal.Released, DemandState.Absent, "leaves the queue"),
        (DemandState.Reserved, DemandSignal.Asked, DemandState.Reserved, "is told its workers"),
        (DemandState.Reserved, DemandSignal.AskedAnew, DemandState.Waiting, "gives its workers back and waits for what it asks now"),
        (DemandState.Reserved, DemandSignal.AskedLate, DemandState.Reserved, "the question is out of date"),
        (DemandState.Reserved, DemandSignal.WorkerLost, DemandState.Broken, "keeps the other workers"),
        (DemandState.Reserved, DemandSignal.Extended, DemandState.Reserved, "gives superfluous workers back, takes free ones"),
        (DemandState.Reserved, DemandSignal.Released, DemandState.Absent, "gives its workers back"),
        (DemandState.Broken, DemandSignal.Asked, DemandState.Waiting, "gives its workers back and waits"),
        (DemandState.Broken, DemandSignal.AskedAnew, DemandState.Waiting, "gives its workers back and waits for what it asks now"),
        (DemandState.Broken, DemandSignal.AskedLate, DemandState.Broken, "the question is out of date"),
        (DemandState.Broken, DemandSignal.WorkerLost, DemandState.Broken, "keeps the other workers"),
        (DemandState.Broken, DemandSignal.Extended, DemandState.Reserved, "gives superfluous workers back, takes free ones"),
        (DemandState.Broken, DemandSignal.Released, DemandState.Absent, "gives its workers back"));

    /// <summary>A job asks for workers, or what became of its demand.</summary>
    public static SchedulerDecision Ask(SchedulerState state, WorkerDemand demand, DateTimeOffset now)
    {
        DemandEntry? known = state.Find(demand.JobId);
        if (known is null && state.Demands.Count >= DemandsLimit)
        {
            return new SchedulerDecision(state, [], IsChange: false);
        }

        DemandSignal signal = known is null || known.Demand == demand ? DemandSignal.Asked
            : known.Demand.Attempt <= demand.Attempt ? DemandSignal.AskedAnew
            : DemandSignal.AskedLate;
        DemandEntry before = known ?? new DemandEntry(demand, DemandState.Absent, now, []);
        DemandState next = Next(before.State, signal);
        bool waitsAnew = next == DemandState.Waiting && (before.State != DemandState.Waiting || signal == DemandSignal.AskedAnew);
        SchedulerState asked = waitsAnew
            ? Put(state, new DemandEntry(demand, next, before.State == DemandState.Waiting ? before.Since : now, []))
            : state;
        SchedulerDecision planned = Plan(asked, now, waitsAnew);
        return planned with { Hints = planned.Hints.Where(job => job != demand.JobId).ToArray() };
    }

    /// <summary>
    /// A job that has workers wants another number, or others in the place of lost ones. Those that wait come first: it gets what
    /// none of them can start with. Workers that it may not keep (drained, or refused by it) stay until there are enough others.
    /// </summary>
    public static SchedulerDecision Extend(SchedulerState state, WorkerDemand demand, IReadOnlyList<string> kept, DateTimeOffset now)
    {
        if (state.Find(demand.JobId) is not { } known || known.Demand.Attempt != demand.Attempt
            || Table.Find(known.State, DemandSignal.Extended) is not { } row)
        {
            return new SchedulerDecision(state, [], IsChange: false);
        }

        // It may still have members of which the scheduler has lost sight.
        IReadOnlyList<WorkerOffer> own = known.Workers.Count > 0 ? known.Workers
            : state.Workers.Values.Where(worker => kept.Contains(worker.WorkerId) && state.HolderOf(worker.WorkerId) is null).ToArray();
        if (own.Count == 0)
        {
            return new SchedulerDecision(state, [], IsChange: false);
        }

        int suitable = own.Count(worker => state.Suits(worker, demand));
        WorkerOffer[] held = own.Where(worker => suitable < demand.Min || state.Suits(worker, demand))
            .OrderByDescending(worker => kept.Contains(worker.WorkerId)).ThenBy(worker => worker.WorkerId, StringComparer.Ordinal)
            .Take(Math.Max(demand.Max, own.Count(worker => kept.Contains(worker.WorkerId)))).ToArray();
        SchedulerDecision planned = Plan(Put(state, known with { Demand = demand, State = row.To, Workers = held }), now, isChange: false);
        HashSet<string> taken = planned.State.Demands.SelectMany(entry => entry.Workers).Select(worker => worker.WorkerId)
            .Concat(planned.State.Queue.SelectMany(entry => KeptFor(planned.State, entry, now)).Select(worker => worker.WorkerId)).ToHashSet();
        IEnumerable<WorkerOffer> added = planned.State.Workers.Values
            .Where(worker => !taken.Contains(worker.WorkerId) && planned.State.Suits(worker, demand)
                && NumericalGroup.Of(worker, demand) == NumericalGroup.Of(own[0], demand))
            .OrderByDescending(worker => held.Count(one => one.HostId == worker.HostId)).ThenBy(worker => worker.WorkerId, StringComparer.Ordinal)
            .Take(Math.Max(0, demand.Max - Math.Min(suitable, held.Length)));
        DemandEntry next = planned.State.Find(demand.JobId)! with
        {
            Workers = held.Concat(added).OrderBy(worker => worker.WorkerId, StringComparer.Ordinal).ToArray(),
        };
        bool isSame = planned.Hints.Count == 0 && known.State == next.State && known.Demand == demand && next.Workers.SequenceEqual(known.Workers);
        return new SchedulerDecision(isSame ? state : Put(planned.State, next), planned.Hints, IsChange: !isSame);
    }

    /// <summary>A job wants no workers any more.</summary>
    public static SchedulerDecision Release(SchedulerState state, string jobId, DateTimeOffset now) =>
        state.Find(jobId) is { } entry && Next(entry.State, DemandSignal.Released) == DemandState.Absent
            ? Plan(state with { Demands = state.Demands.Remove(entry) }, now, isChange: true)
            : new SchedulerDecision(state, [], IsChange: false);

    /// <summary>A worker shall take no further work, or may again. Who holds it is told, and lets it go by the next <see cref="Extend"/>.</summary>
    public static SchedulerDecision Drain(SchedulerState state, string workerId, bool isDrained, DateTimeOffset now)
    {
        ImmutableSortedSet<string> drained = isDrained ? state.Drained.Add(workerId) : state.Drained.Remove(workerId);
        SchedulerDecision planned = Plan(state with { Drained = drained }, now, isChange: drained.Count != state.Drained.Count);
        return state.HolderOf(workerId) is { } holder ? planned with { Hints = planned.Hints.Union([holder]).ToArray() } : planned;
    }

    /// <summary>A worker is connected. What another incarnation of it held is lost.</summary>
    public static SchedulerDecision WorkerUp(SchedulerState state, WorkerOffer offer, DateTimeOffset now)
    {
        SchedulerDecision lost = Lose(state, held => held.WorkerId == offer.WorkerId && held.Incarnation != offer.Incarnation);
        SchedulerDecision planned = Plan(
            lost.State with { Workers = lost.State.Workers.SetItem(offer.WorkerId, offer) }, now, lost.IsChange);
        return planned with { Hints = lost.Hints.Union(planned.Hints).ToArray() };
    }

    /// <summary>An incarnation of a worker is gone.</summary>
    public static SchedulerDecision WorkerDown(SchedulerState state, string workerId, string incarnation)
    {
        SchedulerDecision lost = Lose(state, held => held.WorkerId == workerId && held.Incarnation == incarnation);
        return state.Workers.TryGetValue(workerId, out WorkerOffer? live) && live.Incarnation == incarnation
            ? lost with { State = lost.State with { Workers = lost.State.Workers.Remove(workerId) } }
            : lost;
    }

    /// <summary>What the demand's job is told.</summary>
    public static Placement Answer(SchedulerState state, WorkerDemand demand, DateTimeOffset now)
    {
        DemandEntry? entry = state.Find(demand.JobId);
        return entry switch
        {
            null => None(demand, $"the queue is full ({DemandsLimit} jobs): asks again"),
            { Demand.Attempt: var attempt } when attempt != demand.Attempt => None(demand, $"attempt {attempt} has taken its place"),
            { State: DemandState.Reserved } => new Placement(demand.JobId, demand.Attempt, entry.Workers, WaitingAccount.Holds(state, entry)),
            _ => None(demand, WaitingAccount.Of(state, entry, now)),
        };
    }

    /// <summary>Workers that are kept from every job behind the entry: all that it could use, once its patience is over.</summary>
    public static IEnumerable<WorkerOffer> KeptFor(SchedulerState state, DemandEntry entry, DateTimeOffset now) =>
        now - entry.Since <= Patience
            ? []
            : state.Workers.Values.Where(worker => state.Suits(worker, entry.Demand))
                .GroupBy(worker => NumericalGroup.Of(worker, entry.Demand), StringComparer.Ordinal)
                .Where(group => group.Count() >= entry.Demand.Min)
                .SelectMany(group => group);

    private static SchedulerDecision Plan(SchedulerState state, DateTimeOffset now, bool isChange)
    {
        var taken = state.Demands.SelectMany(entry => entry.Workers).Select(worker => worker.WorkerId).ToHashSet();
        var hints = new List<string>();
        foreach (DemandEntry entry in state.Queue.ToArray())
        {
            IReadOnlyList<WorkerOffer> chosen = WorkerChoice.Choose(
                state.Workers.Values.Where(worker => !taken.Contains(worker.WorkerId) && state.Suits(worker, entry.Demand)),
                entry.Demand);
            if (chosen.Count > 0)
            {
                state = Put(state, entry with { State = Next(entry.State, DemandSignal.Chosen), Workers = chosen });
                hints.Add(entry.Demand.JobId);
            }

            taken.UnionWith((chosen.Count > 0 ? chosen : KeptFor(state, entry, now)).Select(worker => worker.WorkerId));
        }

        return new SchedulerDecision(state, hints, isChange || hints.Count > 0);
    }

    private static SchedulerDecision Lose(SchedulerState state, Predicate<WorkerOffer> isGone)
    {
        var hints = new List<string>();
        foreach (DemandEntry entry in state.Demands.Where(entry => entry.Workers.Any(worker => isGone(worker))).ToArray())
        {
            state = Put(state, entry with
            {
                State = Next(entry.State, DemandSignal.WorkerLost),
                Workers = entry.Workers.Where(worker => !isGone(worker)).ToArray(),
            });
            hints.Add(entry.Demand.JobId);
        }

        return new SchedulerDecision(state, hints, hints.Count > 0);
    }

    private static SchedulerState Put(SchedulerState state, DemandEntry entry)
    {
        ImmutableList<DemandEntry> others = state.Demands.RemoveAll(known => known.Demand.JobId == entry.Demand.JobId);
        int place = others.FindIndex(other => IsBefore(entry.Demand, other.Demand));
        return state with { Demands = others.Insert(place < 0 ? others.Count : place, entry) };
    }

    private static bool IsBefore(WorkerDemand one, WorkerDemand other) =>
        (-one.Priority, one.SubmittedAt, string.CompareOrdinal(one.JobId, other.JobId))
            .CompareTo((-other.Priority, other.SubmittedAt, 0)) < 0;

    private static DemandState Next(DemandState from, DemandSignal signal) =>
        Table.Find(from, signal)?.To ?? throw new InvalidOperationException($"a demand that is {from} cannot be {signal}");

    private static Placement None(WorkerDemand demand, string reason) => new(demand.JobId, demand.Attempt, [], reason);
}
