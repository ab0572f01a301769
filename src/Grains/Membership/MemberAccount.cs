using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <summary>Tells a person, in words, where the members are.</summary>
public static class MemberAccount
{
    /// <summary>The most members that one sentence names.</summary>
    public const int NamesLimit = 8;

    /// <summary>Whether a member has begun to train.</summary>
    public static bool IsTraining(AttemptMember member) =>
        member.Phase is MemberPhase.Training or MemberPhase.Evaluating or MemberPhase.Saving or MemberPhase.Done or MemberPhase.Yielded;

    /// <summary>Who trains and for whom the others wait.</summary>
    public static string OfForming(IReadOnlyList<AttemptMember> members) =>
        $"{members.Count(IsTraining)} of {members.Count} members train; waits for "
        + Some(members.Where(member => !IsTraining(member)), member => $"{member.Worker.WorkerId} ({NameOf(member.Phase)})");

    /// <summary>Who trains what.</summary>
    public static string OfTraining(AttemptLife life) => (life.Generation == 1 ? "" : $"generation {life.Generation} ")
        + "trains on " + Some(life.Members, Share);

    /// <summary>Who goes on from where, and with whose state.</summary>
    public static string OfGeneration(AttemptLife life, IReadOnlyList<AttemptMember> dropped)
    {
        AttemptMember[] behind = life.Members.Where(member => member.Step != life.StartStep).ToArray();
        return $"generation {life.Generation} goes on after step {life.StartStep} on {Some(life.Members, Share)}"
            + (behind.Length == 0 ? "" : $"; {NamesOf(behind)} gets the state of {life.Members[life.Source].Worker.WorkerId}")
            + (dropped.Count == 0 ? "" : $"; without {NamesOf(dropped)}");
    }

    /// <summary>The workers' names.</summary>
    public static string NamesOf(IEnumerable<AttemptMember> members) => Some(members, member => member.Worker.WorkerId);

    /// <summary>Where a new attempt begins.</summary>
    public static string OfBeginning(JobCheckpoint? checkpoint) =>
        checkpoint is null ? "" : $"; goes on after step {checkpoint.Step} from {checkpoint.Reference}";

    /// <summary>Where all have stopped.</summary>
    public static string OfYield(IReadOnlyList<AttemptMember> members, JobCheckpoint? checkpoint) =>
        $"{members.Count} members stopped after step {members.Max(member => member.Step)}; "
        + (checkpoint is null ? "no checkpoint" : $"{checkpoint.Reference} holds step {checkpoint.Step}");

    /// <summary>What all agree upon.</summary>
    public static string OfResult(IReadOnlyList<AttemptMember> members) =>
        $"{members.Count} members agree on weights {members[0].Result!.WeightsSha256}";

    /// <summary>Which ranks have which hashes.</summary>
    public static string OfDisagreement(IReadOnlyList<AttemptMember> members) => "the members' results differ: " + string.Join("; ", members
        .GroupBy(member => (member.Result!.WeightsSha256, member.Result.StateSha256))
        .Select(group => $"rank {Some(group, member => $"{member.Rank}")}: weights {group.Key.WeightsSha256}, state {group.Key.StateSha256}"));

    /// <summary>What the status says of it beside its phase.</summary>
    public static string NoteOf(AttemptMember member) => string.Join("; ", new[]
    {
        member.IsSlow ? $"slow: {member.ReplicaMs:0} ms for a replica" : "",
        member.Leaves ? "leaves at a step boundary" : "",
        member.IsGone ? "lost" : member.IsSuspect ? "its connection broke" : "",
    }.Where(note => note.Length > 0));

    /// <summary>As the status shows it.</summary>
    public static string NameOf(MemberPhase phase) => phase.ToString().ToLowerInvariant();

    private static string Share(AttemptMember member) => member.ReplicaCount == 1
        ? $"{member.Worker.WorkerId} (replica {member.FirstReplica})"
        : $"{member.Worker.WorkerId} (replicas {member.FirstReplica} to {member.FirstReplica + member.ReplicaCount - 1})";

    private static string Some(IEnumerable<AttemptMember> members, Func<AttemptMember, string> say)
    {
        string[] said = members.Select(say).ToArray();
        return string.Join(", ", said.Take(NamesLimit)) + (said.Length > NamesLimit ? $" and {said.Length - NamesLimit} more" : "");
    }
}
