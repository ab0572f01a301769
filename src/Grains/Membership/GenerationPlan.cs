using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Decides who makes the next generation, once all members have left the group of the last one. Pure. Members keep the state;
/// whoever is invited and prepared fills what is free. Ranks follow the worker ids: the result does not depend on them.
/// </summary>
/// <param name="Members">In rank order.</param>
/// <param name="Dropped">Members that were there and do not go on: accused by others, or more than are wanted.</param>
/// <param name="StartStep">The furthest step that a member completed; −1 when nobody holds a state.</param>
/// <param name="Source">The first rank that holds the state of that step.</param>
internal sealed record GenerationPlan(
    IReadOnlyList<AttemptMember> Members, IReadOnlyList<AttemptMember> Dropped, int StartStep, int Source)
{
    /// <summary>Of those that are dropped, who has answered and is accused by others.</summary>
    public IReadOnlyList<AttemptMember> Accused { get; private init; } = [];

    /// <summary>Whether nobody is waited for any more.</summary>
    public static bool IsReady(AttemptLife life) => life.Members.All(member => HasAnswered(life, member));

    /// <summary>Whether a member has left the group, or is known to be unable to say so.</summary>
    public static bool HasAnswered(AttemptLife life, AttemptMember member) => member.IsGone || member.Phase == MemberPhase.Halted
        || (member.IsSuspect && life.Present.Any(other => other.Accuses == member.Rank));

    /// <summary>A generation as the ledger needs it.</summary>
    public static GenerationRecord RecordOf(int attempt, int generation, int startStep, IReadOnlyList<AttemptMember> members, int source) =>
        new(attempt, generation, startStep, members[source].Worker.WorkerId) { Workers = members.Select(member => member.Worker.WorkerId).ToArray() };

    /// <summary>The plan for a life that is ready.</summary>
    public static GenerationPlan Of(AttemptLife life)
    {
        AttemptMember[] halted = life.Present.Where(member => member.Phase == MemberPhase.Halted).ToArray();
        AttemptMember[] kept = Unaccused(halted);
        int startStep = kept.Select(member => member.Step).DefaultIfEmpty(-1).Max();

        // Who has prepared the step that another member has completed counts it, too.
        kept = kept.Select(member => member.ShareOf(startStep) is null ? member : member with { Step = startStep }).ToArray();

        // Who shall leave does, unless nobody else holds the state; where members hold parts of it, nobody does before they are gathered.
        bool isShared = StateCoverage.IsShared(life, kept, startStep);
        int limit = Math.Min(
            Math.Max(life.WantedWorkers, isShared ? Math.Max(kept.Length, 1) : 1), life.Members.Sum(member => member.ReplicaCount));
        AttemptMember[] staying = !isShared && kept.Any(member => !member.Leaves) ? kept.Where(member => !member.Leaves).ToArray() : kept;
        AttemptMember[] going = staying.OrderBy(member => member.Rank).Take(limit).ToArray();
        AttemptMember[] joining = life.Invited.Where(one => one.Phase == MemberPhase.Prepared).Take(limit - going.Length).ToArray();
        AttemptMember[] next = going.Concat(joining).OrderBy(member => member.Worker.WorkerId, StringComparer.Ordinal).ToArray();

        // The one that is furthest must not be dropped for being superfluous.
        if (startStep >= 0 && going.All(member => member.Step < startStep))
        {
            AttemptMember furthest = kept.First(member => member.Step == startStep);
            next = next.Where(member => member != going[^1]).Append(furthest)
                .OrderBy(member => member.Worker.WorkerId, StringComparer.Ordinal).ToArray();
        }

        int replicas = life.Members.Sum(member => member.ReplicaCount);
        AttemptMember[] members = next.Select((member, rank) => AsMember(member, rank, next.Length, replicas)).ToArray();
        int source = Math.Max(0, Array.FindIndex(members, member => member.Step == startStep));
        return new GenerationPlan(members, life.Present.Where(member => next.All(one => one.Worker != member.Worker)).ToArray(), startStep, source)
        {
            Accused = halted.Where(member => kept.All(one => one.Rank != member.Rank)).ToArray(),
        };
    }

    /// <summary>A worker's place in a generation.</summary>
    public static AttemptMember AsMember(AttemptMember member, int rank, int workers, int replicas)
    {
        ReplicaRange range = ReplicaRange.Of(rank, workers, replicas);
        return new AttemptMember
        {
            Worker = member.Worker, Rank = rank, FirstReplica = range.First, ReplicaCount = range.Count, Step = member.Step,
        };
    }

    // Who is accused by most goes first; of two that accuse each other, the higher rank. The rest may then be at peace.
    private static AttemptMember[] Unaccused(AttemptMember[] members)
    {
        List<AttemptMember> left = [.. members];
        while (true)
        {
            AttemptMember? worst = left
                .Select(member => (Member: member, Accusers: left.Count(other => other.Accuses == member.Rank && other.Rank != member.Rank)))
                .Where(one => one.Accusers > 0)
                .OrderByDescending(one => one.Accusers).ThenByDescending(one => one.Member.Rank)
                .Select(one => one.Member)
                .FirstOrDefault();
            if (worst is null)
            {
                return [.. left];
            }

            left.Remove(worst);
        }
    }
}
