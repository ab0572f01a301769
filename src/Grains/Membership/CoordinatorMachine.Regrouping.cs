using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Membership;

/// <content>
/// How one generation follows another: losses, workers that join or leave, who is waited for. A generation that is left is
/// announced with the order to halt until everybody has answered; nothing is decided by who is silent before its limit.
/// </content>
public static partial class CoordinatorMachine
{
    /// <summary>
    /// A worker is gone, and when it is dead for certain its process with it. Nobody needs a member that has ended, unless the others
    /// have to go on without it.
    /// </summary>
    public static CoordinatorDecision Lose(
        AttemptLife life, string workerId, string incarnation, string reason, DateTimeOffset now, bool isDead = true)
    {
        if (FindInvited(life, workerId, incarnation) is { } invited)
        {
            return Uninvite(life, invited, reason, now);
        }

        return Find(life, workerId, incarnation) switch
        {
            null => Same(life),
            { HasEnded: true } ended when life.State != AttemptState.Regrouping =>
                Same(Put(life, ended with { IsGone = true })) with { IsChange = true },
            var member => LoseMember(life, life, member with { IsDead = isDead }, reason, now),
        };
    }

    /// <summary>A member's connection broke. With what its peers see it counts as gone; alone it may come back.</summary>
    public static CoordinatorDecision Suspect(AttemptLife life, string workerId, string incarnation)
    {
        if (Find(life, workerId, incarnation) is not { } member)
        {
            return Same(life);
        }

        AttemptLife next = Put(life, member with { IsSuspect = true });
        return Same(next) with { Forms = IsReady(next) };
    }

    /// <summary>
    /// The job says how many workers it wants and which are reserved for it: those that are no members are invited; members
    /// beyond the number, and those that are not reserved any more, leave at a boundary.
    /// </summary>
    public static CoordinatorDecision Offer(
        AttemptLife life, int attempt, int wanted, IReadOnlyList<WorkerOffer> reserved, DateTimeOffset now)
    {
        if (attempt != life.Attempt || !life.IsActive)
        {
            return Same(life);
        }

        AttemptMember[] kept = life.Invited.Where(one => reserved.Contains(one.Worker)).ToArray();
        AttemptMember[] members = life.Members
            .Select(member => member with { Leaves = !member.HasEnded && !reserved.Contains(member.Worker) }).ToArray();
        AttemptMember[] added = reserved
            .Where(worker => Find(life, worker.WorkerId, worker.Incarnation) is null && kept.All(one => one.Worker != worker)
                && !Estrangement.Holds(life.Estranged, worker.Incarnation, now))
            .Select(Invitation).ToArray();
        bool isSame = wanted == life.WantedWorkers && added.Length == 0 && kept.Length == life.Invited.Count && members.SequenceEqual(life.Members);
        AttemptLife next = isSame ? life : life with
        {
            WantedWorkers = wanted,
            Members = members,
            Invited = [.. kept, .. added],
            Withdrawals = life.Withdrawals.Union(life.Invited.Except(kept).Select(one => WithdrawalOf(life, one))).ToArray(),
        };
        next = added.Aggregate(next, (told, one) => WithEvent(
            told, "worker.invited", $"{one.Worker.WorkerId} prepares to join after generation {life.Generation}", now));
        return Balanced(Same(next) with { IsChange = !isSame, Announces = added.Length > 0 }, now);
    }

    /// <summary>Time has gone on.</summary>
    public static CoordinatorDecision Tick(AttemptLife life, DateTimeOffset now)
    {
        if (life.IsActive && now - life.YieldAskedAt > YieldLimit)
        {
            string overdue = $"the members did not reach a step boundary within {YieldLimit.TotalSeconds:0} s: stopped without a checkpoint";
            return Move(life, life, CoordinatorSignal.YieldOverdue, overdue, now);
        }

        if (life.State != AttemptState.Regrouping || IsReady(life) || now - life.RegroupAskedAt <= AnswerLimit(life))
        {
            return Balanced(Same(life), now);
        }

        AttemptMember[] silent = life.Members.Where(member => !GenerationPlan.HasAnswered(life, member)).ToArray();
        if (life.RegroupsAtBoundary)
        {
            string late = $"no common step boundary within {YieldLimit.TotalSeconds:0} s ({MemberAccount.NamesOf(silent)}): leaves the group at once";
            AttemptLife halting = life with { RegroupsAtBoundary = false, RegroupAskedAt = now };
            return Move(life, halting, CoordinatorSignal.StatusOverdue, late, now) with { Announces = true };
        }

        AttemptLife next = silent.Aggregate(life, (left, member) => Gone(left, member));
        string reason = $"lost {MemberAccount.NamesOf(silent)}: no answer within {StatusLimit.TotalSeconds:0} s";
        return next.Present.Any()
            ? Move(life, next, CoordinatorSignal.StatusOverdue, reason, now) with { Announces = true, Forms = IsReady(next) }
            : Move(life, next, CoordinatorSignal.NoneLeft, reason, now);
    }

    /// <summary>Forms the next generation, if nobody is waited for and there are enough.</summary>
    public static CoordinatorDecision Form(AttemptLife life, byte[] secret, DateTimeOffset now)
    {
        if (!IsReady(life))
        {
            return Same(life);
        }

        GenerationPlan plan = GenerationPlan.Of(life);
        if (plan.StartStep < 0)
        {
            return Move(life, life, CoordinatorSignal.NoneLeft, $"{life.Reason}; nobody is left that holds the job's state", now);
        }

        if (StateCoverage.Missing(life, plan) is { } missing)
        {
            return Move(life, life, CoordinatorSignal.NoneLeft, $"{life.Reason}; {missing}", now);
        }

        int least = Least(life);
        if (plan.Members.Count < least)
        {
            string waits = $"waits with the state of step {plan.StartStep} for at least {least} workers; has {MemberAccount.NamesOf(plan.Members)}";
            AttemptMember[] lost = plan.Dropped.Where(member => !member.Leaves).ToArray();
            if (life.Reason == waits && lost.Length == 0)
            {
                return Same(life);
            }

            // Who is dropped can only come back as one that is invited.
            AttemptLife left = lost.Aggregate(life, (waiting, member) => Gone(waiting, member)) with
            {
                Reason = waits, Estranged = Estrangement.Add(life.Estranged, plan.Accused, now),
            };
            return new CoordinatorDecision(WithEvent(left, "generation.waiting", waits, now), IsChange: true, Announces: false, Hints: true);
        }

        AttemptLife next = plan.Dropped.Aggregate(life, (left, member) => Gone(left, member)) with
        {
            Generation = life.Generation + 1,
            StartStep = plan.StartStep,
            Secret = secret,
            Members = plan.Members,
            Invited = life.Invited.Where(one => plan.Members.All(member => member.Worker != one.Worker)).ToArray(),
            Source = plan.Source,
            SteppedAt = null,
            RegroupAskedAt = null,
            RegroupsAtBoundary = false,
            Estranged = Estrangement.Add(life.Estranged, plan.Accused, now),
            Lineage = [.. life.Lineage, GenerationPlan.RecordOf(life.Attempt, life.Generation + 1, plan.StartStep, plan.Members, plan.Source)],
        };
        return Move(life, next, CoordinatorSignal.Formed, MemberAccount.OfGeneration(next, plan.Dropped), now) with { Announces = true };
    }

    /// <summary>A worker slot has answered the announcement.</summary>
    public static CoordinatorDecision Answered(
        AttemptLife life, string workerId, string incarnation, AssignmentReply reply, DateTimeOffset now)
    {
        AttemptMember? known = Find(life, workerId, incarnation) ?? FindInvited(life, workerId, incarnation);
        if (known is not { } member)
        {
            return Same(life);
        }

        DateTimeOffset since = member.AbsentSince ?? now;
        return reply switch
        {
            AssignmentReply.Replaced => Lose(life, workerId, incarnation, "its process was replaced by another", now),
            AssignmentReply.Outdated => Lose(life, workerId, incarnation, "its work was taken away", now),
            AssignmentReply.Absent when now - since > ReattachLimit =>
                Lose(life, workerId, incarnation, $"not connected for {ReattachLimit.TotalSeconds:0} s", now),
            AssignmentReply.Absent => Same(PutAny(life, member with { AbsentSince = since })),
            _ => Same(PutAny(life, member with { AbsentSince = null })),
        };
    }

    private static bool IsReady(AttemptLife life) => life.State == AttemptState.Regrouping && GenerationPlan.IsReady(life);

    private static int Least(AttemptLife life) => Math.Max(1, Math.Min(life.Spec!.Workers.Min, life.WantedWorkers));

    private static TimeSpan AnswerLimit(AttemptLife life) => life.RegroupsAtBoundary ? YieldLimit : StatusLimit;

    // A member has left the group. When nobody asked it to, it or a peer has lost somebody: all leave.
    private static CoordinatorDecision Halt(AttemptLife before, AttemptLife next, AttemptMember told, MemberReport report, DateTimeOffset now)
    {
        if (before.State == AttemptState.Regrouping)
        {
            return Move(before, next, CoordinatorSignal.Progressed, before.Reason, now) with { Forms = IsReady(next) };
        }

        string lost = next.Members.FirstOrDefault(member => member.Rank == report.LostRank)?.Worker.WorkerId ?? "";
        string reason = $"{told.Worker.WorkerId} (rank {told.Rank}) has left the group after step {told.Step}"
            + (lost.Length > 0 ? $": it lost {lost}" : "") + (report.Detail.Length > 0 ? $": {report.Detail}" : "");
        return Regroup(before, next, reason, now);
    }

    private static CoordinatorDecision LoseMember(
        AttemptLife before, AttemptLife next, AttemptMember member, string reason, DateTimeOffset now) =>
        Regroup(before, Gone(next, member), $"lost {member.Worker.WorkerId} (rank {member.Rank}): {reason}", now);

    private static CoordinatorDecision Regroup(AttemptLife before, AttemptLife next, string reason, DateTimeOffset now)
    {
        if (!next.Present.Any())
        {
            return Move(before, next, CoordinatorSignal.NoneLeft, reason, now);
        }

        bool isAsked = before.State == AttemptState.Regrouping && !before.RegroupsAtBoundary;
        next = next with { RegroupAskedAt = isAsked ? before.RegroupAskedAt : now, RegroupsAtBoundary = false };
        CoordinatorDecision decision = Move(before, next, CoordinatorSignal.MemberLost, reason, now);
        return decision with { Announces = true, Forms = IsReady(decision.Life) };
    }

    private static AttemptLife Gone(AttemptLife life, AttemptMember member) => Put(life, member with { IsGone = true }) with
    {
        Withdrawals = life.Withdrawals.Union([WithdrawalOf(life, member)]).ToArray(),
    };

    // Whoever is prepared is taken in, and whoever is too many is let go, at a step boundary of a generation that trains.
    private static CoordinatorDecision Balanced(CoordinatorDecision decision, DateTimeOffset now)
    {
        AttemptLife life = decision.Life;
        if (life.State == AttemptState.Regrouping)
        {
            return decision with { Forms = decision.Forms || IsReady(life) };
        }

        AttemptMember[] prepared = life.Invited.Where(one => one.Phase == MemberPhase.Prepared).ToArray();
        AttemptMember[] leaving = life.Members.Where(member => member.Leaves).ToArray();
        int staying = life.Members.Count - leaving.Length;
        int next = Math.Min(life.WantedWorkers, staying + prepared.Length);
        bool isChange = next != life.Members.Count || leaving.Length > 0;
        if (life.State != AttemptState.Training || life.YieldAskedAt is not null || !isChange || next < Least(life))
        {
            return decision;
        }

        string reason = (leaving.Length > 0 ? $"lets {MemberAccount.NamesOf(leaving)} go; " : "") + (next > staying
            ? $"takes in {MemberAccount.NamesOf(prepared.Take(next - staying))}"
            : $"goes on with {next} of {life.Members.Count} workers");
        CoordinatorDecision asked = Move(
            life, life with { RegroupAskedAt = now, RegroupsAtBoundary = true }, CoordinatorSignal.RegroupAsked, reason, now);
        return asked with { Announces = true, Trims = decision.Trims };
    }

    private static CoordinatorDecision InvitedReports(AttemptLife life, AttemptMember invited, MemberReport report, DateTimeOffset now)
    {
        if (report.Phase == MemberPhase.Faulted && report.Generation <= life.Generation)
        {
            // Of the run before it was invited.
            return Same(life);
        }

        if (report.Phase == MemberPhase.Faulted && invited.Phase != MemberPhase.Faulted)
        {
            AttemptLife refused = PutAny(life, invited with { Phase = MemberPhase.Faulted });
            return Same(WithEvent(refused, "worker.refused", $"{invited.Worker.WorkerId} cannot join: {report.Detail}", now)) with { IsChange = true };
        }

        return Balanced(Same(PutAny(life, invited with { Phase = report.Phase, AbsentSince = null })), now);
    }

    private static CoordinatorDecision Uninvite(AttemptLife life, AttemptMember invited, string reason, DateTimeOffset now)
    {
        AttemptLife next = life with
        {
            Invited = life.Invited.Where(one => one != invited).ToArray(),
            Withdrawals = life.Withdrawals.Union([WithdrawalOf(life, invited)]).ToArray(),
        };
        return Same(WithEvent(next, "worker.refused", $"{invited.Worker.WorkerId} does not join: {reason}", now)) with { IsChange = true };
    }

    // With the work of a generation goes the invitation to the one after it.
    private static Withdrawal WithdrawalOf(AttemptLife life, AttemptMember member) =>
        new(member.Worker.WorkerId, member.Worker.Incarnation, life.Attempt, life.Generation);

    private static AttemptMember Invitation(WorkerOffer worker) =>
        new() { Worker = worker, Rank = -1, FirstReplica = 0, ReplicaCount = 0, Step = -1 };

    private static AttemptMember? FindInvited(AttemptLife life, string workerId, string incarnation) => life.IsActive
        ? life.Invited.FirstOrDefault(one => one.Worker.WorkerId == workerId && one.Worker.Incarnation == incarnation)
        : null;

    private static AttemptLife PutAny(AttemptLife life, AttemptMember told) => told.Rank >= 0
        ? Put(life, told)
        : life with { Invited = life.Invited.Select(one => one.Worker == told.Worker ? told : one).ToArray() };
}
