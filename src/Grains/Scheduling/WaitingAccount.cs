using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>Tells a person, in words, why a job waits.</summary>
public static class WaitingAccount
{
    /// <summary>The most workers that one clause names.</summary>
    public const int NamesLimit = 8;

    /// <summary>What a job with workers is told.</summary>
    public static string Holds(SchedulerState state, DemandEntry entry) =>
        string.Join("; ", [$"holds {Names(entry.Workers)}", .. entry.Workers.Count < entry.Demand.Max ? LeftOut(state, entry) : []]);

    /// <summary>Place, wish, what is free, who holds the rest, what does not match and why.</summary>
    public static string Of(SchedulerState state, DemandEntry entry, DateTimeOffset now)
    {
        List<DemandEntry> queue = state.Queue.ToList();
        int place = queue.FindIndex(waiting => waiting.Demand.JobId == entry.Demand.JobId);
        WorkerOffer[] matching = state.Workers.Values.Where(worker => state.Suits(worker, entry.Demand)).ToArray();
        WorkerOffer[] free = matching.Where(worker => state.HolderOf(worker.WorkerId) is null).ToArray();
        string[] clauses =
        [
            $"place {place + 1} of {queue.Count} in the queue",
            $"wants {Wish(entry.Demand)}",
            Free(state, matching, free),
            .. Held(state, matching),
            .. NotTaken(state, entry.Demand, matching),
            .. Mismatches(state, entry.Demand),
            .. Drained(state, entry.Demand),
            .. Unpinned(state, entry.Demand),
            .. Environments(free, entry.Demand),
            .. Kept(state, queue.Take(Math.Max(place, 0)), free, now),
            .. Patience(state, entry, matching, isOthersBehind: place + 1 < queue.Count, now),
        ];
        return string.Join("; ", clauses);
    }

    // A person who gave a job a greater priority may expect more of it than it does.
    private static IEnumerable<string> NotTaken(SchedulerState state, WorkerDemand demand, WorkerOffer[] matching)
    {
        string[] lesser = matching.Select(worker => state.HolderOf(worker.WorkerId)).OfType<string>().Distinct()
            .Where(job => state.Find(job)!.Demand.Priority < demand.Priority).ToArray();
        return lesser.Length == 0
            ? []
            : [$"a greater priority takes no workers away from a running job: {Some(lesser)} may be paused by hand"];
    }

    private static string Wish(WorkerDemand demand) =>
        (demand.Min == demand.Max ? $"{demand.Min}" : $"{demand.Min} to {demand.Max}")
        + (demand.Max == 1 ? " worker" : " workers")
        + (demand.Device == "any" ? "" : $" on {demand.Device}")
        + (demand.Priority == 0 ? "" : $" at priority {demand.Priority}");

    private static string Free(SchedulerState state, WorkerOffer[] matching, WorkerOffer[] free) =>
        state.Workers.Count == 0 ? "no worker is connected"
        : matching.Length == 0 ? "no connected worker matches"
        : $"{free.Length} of {matching.Length} matching are free";

    private static IEnumerable<string> Held(SchedulerState state, WorkerOffer[] matching) => matching
        .GroupBy(worker => state.HolderOf(worker.WorkerId))
        .Where(group => group.Key is not null)
        .Select(group => $"{group.Key} holds {Names(group)}");

    private static IEnumerable<string> Mismatches(SchedulerState state, WorkerDemand demand) => state.Workers.Values
        .Where(worker => !WorkerChoice.Matches(worker, demand.Device))
        .GroupBy(worker => worker.Device)
        .Select(group => $"{Names(group)}: {group.Key}, not {demand.Device}");

    private static IEnumerable<string> Drained(SchedulerState state, WorkerDemand demand)
    {
        WorkerOffer[] drained = state.Workers.Values
            .Where(worker => state.Drained.Contains(worker.WorkerId) && WorkerChoice.Matches(worker, demand.Device)).ToArray();
        return drained.Length == 0 ? [] : [$"drained: {Names(drained)}"];
    }

    // Only when the numbers alone would have sufficed.
    private static IEnumerable<string> Environments(WorkerOffer[] free, WorkerDemand demand)
    {
        var groups = free.GroupBy(worker => NumericalGroup.Of(worker, demand), StringComparer.Ordinal).ToList();
        return free.Length < demand.Min || groups.Exists(group => group.Count() >= demand.Min)
            ? []
            : ["only workers of one numerical environment go together, and the free ones differ: "
                + string.Join(", ", groups.Select((group, place) =>
                    $"{Names(group)} ({NumericalGroup.Difference(group.Key, groups[place == 0 ? 1 : 0].Key)})"))
                + NumericalGroup.WayOut(demand)];
    }

    private static IEnumerable<string> LeftOut(SchedulerState state, DemandEntry entry)
    {
        string own = NumericalGroup.Of(entry.Workers[0], entry.Demand);
        string[] foreign = state.Workers.Values
            .Where(worker => state.Suits(worker, entry.Demand) && state.HolderOf(worker.WorkerId) is null)
            .GroupBy(worker => NumericalGroup.Of(worker, entry.Demand), StringComparer.Ordinal)
            .Where(group => group.Key != own)
            .Select(group => $"{Names(group)} ({NumericalGroup.Difference(group.Key, own)})").ToArray();
        return foreign.Length == 0
            ? Unpinned(state, entry.Demand)
            : Unpinned(state, entry.Demand).Prepend($"not {string.Join(", ", foreign)}: another numerical environment{NumericalGroup.WayOut(entry.Demand)}");
    }

    private static IEnumerable<string> Unpinned(SchedulerState state, WorkerDemand demand)
    {
        WorkerOffer[] unable = state.Workers.Values
            .Where(worker => WorkerChoice.Matches(worker, demand.Device) && !NumericalGroup.Takes(worker, demand)).ToArray();
        return unable.Length == 0 ? [] : [$"{Names(unable)}: cannot compute portably (no AVX2 and FMA)"];
    }

    private static IEnumerable<string> Kept(
        SchedulerState state, IEnumerable<DemandEntry> ahead, WorkerOffer[] free, DateTimeOffset now) =>
        from elder in ahead
        let kept = SchedulerMachine.KeptFor(state, elder, now).Intersect(free).ToArray()
        where kept.Length > 0
        select $"{Names(kept)} kept for {elder.Demand.JobId}, which has waited too long";

    private static IEnumerable<string> Patience(
        SchedulerState state, DemandEntry entry, WorkerOffer[] matching, bool isOthersBehind, DateTimeOffset now) =>
        !isOthersBehind ? []
        : now - entry.Since <= SchedulerMachine.Patience
            ? [$"later jobs that can start may pass it until {entry.Since + SchedulerMachine.Patience:HH:mm:ss} UTC"]
        : SchedulerMachine.KeptFor(state, entry, now).Any() ? ["no later job may take the workers that it could use"]
        : [$"later jobs may pass it: the {matching.Length} matching could not start it even if all were free"];

    private static string Names(IEnumerable<WorkerOffer> workers) => Some(workers.Select(worker => worker.WorkerId).ToArray());

    private static string Some(string[] names) =>
        string.Join(", ", names.Take(NamesLimit)) + (names.Length > NamesLimit ? $" and {names.Length - NamesLimit} more" : "");
}
