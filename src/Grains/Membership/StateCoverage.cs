using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Whether members that hold parts of the optimizer's state hold all of it together. Each chunk is with its owner and with the rank after
/// it, which keeps a copy; so one member can be lost, and several that are no neighbours. Pure.
/// </summary>
internal static class StateCoverage
{
    private const string SharingStrategy = "parameterServer";

    /// <summary>Whether somebody would be missed of the members that hold the state of a step.</summary>
    public static bool IsShared(AttemptLife life, IEnumerable<AttemptMember> members, int step) =>
        life.Spec!.Train.Strategy == SharingStrategy && members.Select(member => member.ShareOf(step)).OfType<StateShare>().All(share => share.Workers > 1);

    /// <summary>What is lost of the state of the step with which a generation would begin; null for nothing.</summary>
    public static string? Missing(AttemptLife life, GenerationPlan plan)
    {
        AttemptMember[] members = life.Present.Where(member => plan.Members.Any(one => one.Worker == member.Worker)).ToArray();
        if (!IsShared(life, members, plan.StartStep))
        {
            return null;
        }

        IGrouping<int, StateShare>[] groups = members.Select(member => member.ShareOf(plan.StartStep)).OfType<StateShare>()
            .GroupBy(share => share.Workers).ToArray();
        int[] missing = groups.Select(group => FirstMissing(group.Key, group.Select(share => share.Rank).ToHashSet())).ToArray();
        if (missing.Length == 0 || missing.Contains(-1))
        {
            return null;
        }

        int workers = groups[0].Key;
        return $"with parameterServer, of {workers} members rank {missing[0]} held a part of the optimizer's state of step {plan.StartStep}, and rank {(missing[0] + 1) % workers} the only copy: both are lost";
    }

    // −1 for none.
    private static int FirstMissing(int workers, HashSet<int> held) => Enumerable.Range(0, workers)
        .Where(owner => !held.Contains(owner) && !held.Contains((owner + 1) % workers)).DefaultIfEmpty(-1).First();
}
