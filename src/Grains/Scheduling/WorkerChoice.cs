using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>Chooses workers for one demand. Deterministic: the same workers in any order give the same choice.</summary>
public static class WorkerChoice
{
    /// <summary>Whether a worker's device will do.</summary>
    public static bool Matches(WorkerOffer worker, string device) => device switch
    {
        "any" => true,
        "cpu" => worker.Device == "cpu",
        _ => worker.Device == device || worker.Device.StartsWith(device + ":", StringComparison.Ordinal),
    };

    /// <summary>
    /// As many as the demand takes, all of one <see cref="NumericalGroup"/>, in the order of their ids; none when that is fewer
    /// than its least. The environment with the most usable workers wins, then the one that needs the fewest hosts.
    /// </summary>
    public static IReadOnlyList<WorkerOffer> Choose(IEnumerable<WorkerOffer> usable, WorkerDemand demand) => usable
        .GroupBy(worker => NumericalGroup.Of(worker, demand), StringComparer.Ordinal)
        .Where(group => group.Count() >= demand.Min)
        .Select(group => FromHosts(group, Math.Min(demand.Max, group.Count())))
        .OrderByDescending(choice => choice.Count)
        .ThenBy(choice => choice.Select(worker => worker.HostId).Distinct().Count())
        .ThenBy(choice => NumericalGroup.Of(choice[0], demand), StringComparer.Ordinal)
        .FirstOrDefault() ?? [];

    // One host that is just large enough, so that larger ones stay whole; otherwise the largest hosts first.
    private static List<WorkerOffer> FromHosts(IEnumerable<WorkerOffer> workers, int count)
    {
        var hosts = workers.GroupBy(worker => worker.HostId, StringComparer.Ordinal)
            .OrderByDescending(host => host.Count()).ThenBy(host => host.Key, StringComparer.Ordinal).ToList();
        var whole = hosts.Where(host => host.Count() >= count)
            .OrderBy(host => host.Count()).ThenBy(host => host.Key, StringComparer.Ordinal).FirstOrDefault();
        return (whole is null ? hosts.SelectMany(InOrder) : InOrder(whole)).Take(count)
            .OrderBy(worker => worker.WorkerId, StringComparer.Ordinal).ToList();
    }

    private static IEnumerable<WorkerOffer> InOrder(IEnumerable<WorkerOffer> workers) =>
        workers.OrderBy(worker => worker.WorkerId, StringComparer.Ordinal);
}
