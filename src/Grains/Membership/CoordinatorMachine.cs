using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Transitions;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Decides an attempt: (life, event, now) → (life, what follows). Pure: it stores nothing, calls nobody, reads no clock and
/// draws no random bytes.
/// </summary>
public static class CoordinatorMachine
{
    /// <summary>How long a member's slot may say that it is not connected, before the member counts as lost.</summary>
    public static readonly TimeSpan ReattachLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long members may take to a common step boundary and a checkpoint of it.</summary>
    public static readonly TimeSpan YieldLimit = TimeSpan.FromSeconds(60);

    /// <summary>Every change of an attempt's state (<c>docs/protocols/membership.md</c>).</summary>
    public static readonly TransitionTable<AttemptState, CoordinatorSignal> Table = new(
        (AttemptState.None, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.None, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"),
        (AttemptState.Forming, CoordinatorSignal.Started, AttemptState.Forming, "withdraws the old work, announces generation 1"),
        (AttemptState.Forming, CoordinatorSignal.Progressed, AttemptState.Forming, "notes phase and step"),
        (AttemptState.Forming, CoordinatorSignal.AllTraining, AttemptState.Training, "notes phase and step"),
        (AttemptState.Forming, CoordinatorSignal.Agreed, AttemptState.Succeeded, "keeps the result, withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.Disagreed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.MemberFaulted, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.MemberFailed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.MemberLost, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.YieldAsked, AttemptState.Stopped, "withdraws the work: nothing is worth keeping yet"),
        (AttemptState.Forming, CoordinatorSignal.StopAsked, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Forming, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.Started, AttemptState.Forming, "withdraws the old work, announces generation 1"),
        (AttemptState.Training, CoordinatorSignal.Progressed, AttemptState.Training, "notes phase and step"),
        (AttemptState.Training, CoordinatorSignal.Agreed, AttemptState.Succeeded, "keeps the result, withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.Disagreed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.MemberFaulted, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.MemberFailed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.MemberLost, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.YieldAsked, AttemptState.Yielding, "tells the members to stop at a step boundary"),
        (AttemptState.Training, CoordinatorSignal.StopAsked, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Training, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.Started, AttemptState.Forming, "withdraws the old work, announces generation 1"),
        (AttemptState.Yielding, CoordinatorSignal.Progressed, AttemptState.Yielding, "notes phase and step"),
        (AttemptState.Yielding, CoordinatorSignal.AllYielded, AttemptState.Yielded, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.YieldOverdue, AttemptState.Stopped, "withdraws the work, without a checkpoint"),
        (AttemptState.Yielding, CoordinatorSignal.Agreed, AttemptState.Succeeded, "keeps the result, withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.Disagreed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.MemberFaulted, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.MemberFailed, AttemptState.Failed, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.MemberLost, AttemptState.Lost, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.StopAsked, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Yielding, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "withdraws the work"),
        (AttemptState.Yielded, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.Yielded, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"),
        (AttemptState.Succeeded, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.Succeeded, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"),
        (AttemptState.Lost, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.Lost, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"),
        (AttemptState.Failed, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.Failed, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"),
        (AttemptState.Stopped, CoordinatorSignal.Started, AttemptState.Forming, "announces generation 1"),
        (AttemptState.Stopped, CoordinatorSignal.StoppedAhead, AttemptState.Stopped, "will not start that attempt"));

    /// <summary>
    /// The job starts an attempt on workers in rank order. The same attempt again announces again; an earlier one is ignored.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No workers, or more than replicas.</exception>
    public static CoordinatorDecision Start(
        AttemptLife life, JobSpec spec, int attempt, IReadOnlyList<WorkerOffer> workers, byte[] secret, DateTimeOffset now)
    {
        if (attempt <= life.Attempt)
        {
            return Same(life) with { Announces = attempt == life.Attempt && life.IsActive };
        }

        int replicas = spec.Workers.Replicas == 0 ? spec.Workers.Max : spec.Workers.Replicas;
        JobCheckpoint? resumed = CheckpointRegistry.Latest(life.Checkpoints);
        int startStep = resumed?.Step ?? 0;
        AttemptMember[] members = workers
            .Select((worker, rank) => MemberOf(worker, rank, workers.Count, replicas) with { Step = startStep }).ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(members.Length, nameof(workers));
        AttemptLife formed = life with
        {
            Attempt = attempt,
            Generation = 1,
            StartStep = startStep,
            ResumesFrom = resumed,
            YieldAskedAt = null,
            Spec = spec,
            Secret = secret,
            Members = members,
            Result = null,
            Withdrawals = life.IsActive ? Owed(life) : life.Withdrawals,
        };
        string account = MemberAccount.OfForming(members) + MemberAccount.OfBeginning(resumed);
        return Move(life, formed, CoordinatorSignal.Started, account, now) with { Announces = true, Hints = false, Trims = true };
    }

    /// <summary>The job stops an attempt, whether it was started or not; an earlier one is ignored.</summary>
    public static CoordinatorDecision Stop(AttemptLife life, int attempt, string reason, DateTimeOffset now) =>
        attempt == life.Attempt ? Move(life, life, CoordinatorSignal.StopAsked, reason, now) with { Hints = false }
        : attempt > life.Attempt
            ? Move(
                life,
                life with
                {
                    Attempt = attempt,
                    Generation = 0,
                    Members = [],
                    Result = null,
                    Withdrawals = life.IsActive ? Owed(life) : life.Withdrawals,
                },
                CoordinatorSignal.StoppedAhead,
                reason,
                now) with { Hints = false }
        : Same(life);

    /// <summary>The job wants the attempt's members to stop with a checkpoint; one that was never started never will be.</summary>
    public static CoordinatorDecision Yield(AttemptLife life, int attempt, string reason, DateTimeOffset now) =>
        attempt == life.Attempt
            ? Move(life, life with { YieldAskedAt = now }, CoordinatorSignal.YieldAsked, reason, now)
                with { Announces = life.State == AttemptState.Training, Hints = false }
            : Stop(life, attempt, reason, now);

    /// <summary>Time has gone on.</summary>
    public static CoordinatorDecision Tick(AttemptLife life, DateTimeOffset now) => now - life.YieldAskedAt > YieldLimit
        ? Move(
            life,
            life,
            CoordinatorSignal.YieldOverdue,
            $"the members did not reach a step boundary within {YieldLimit.TotalSeconds:0} s: stopped without a checkpoint",
            now)
        : Same(life);

    /// <summary>A member tells where it is. Of a worker that is no member, see <see cref="IsStray"/>.</summary>
    public static CoordinatorDecision Report(AttemptLife life, MemberReport report, DateTimeOffset now)
    {
        if (IsStray(life, report))
        {
            return Same(life);
        }

        AttemptMember member = life.Members.First(one => one.Worker.WorkerId == report.WorkerId);
        AttemptMember told = member with
        {
            // A heartbeat from before its end may come after it.
            Phase = member.HasEnded ? member.Phase : report.Phase,
            Step = Math.Max(member.Step, report.Step),
            Result = member.Result ?? report.Result,
            AbsentSince = null,
        };
        AttemptLife next = Register(Put(life, told), report, now);
        (CoordinatorSignal signal, string reason) = Meaning(next, told, report);
        CoordinatorDecision decision = Move(
            life, signal == CoordinatorSignal.Agreed ? next with { Result = next.Members[0].Result } : next, signal, reason, now);
        bool isRegistered = next.Checkpoints != life.Checkpoints;
        return decision with
        {
            IsChange = decision.IsChange || isRegistered || (told.HasEnded && !member.HasEnded),
            Trims = isRegistered,
        };
    }

    /// <summary>Whether a report is of work that is not, or no longer, the worker's: it should be taken away.</summary>
    public static bool IsStray(AttemptLife life, MemberReport report) =>
        !life.IsActive
        || report.Attempt != life.Attempt
        || report.Generation != life.Generation
        || !life.Members.Any(one => one.Worker.WorkerId == report.WorkerId && one.Worker.Incarnation == report.Incarnation);

    /// <summary>A worker process is gone. Nobody needs a member that has ended.</summary>
    public static CoordinatorDecision Lose(AttemptLife life, string workerId, string incarnation, string reason, DateTimeOffset now) =>
        Find(life, workerId, incarnation) is { HasEnded: false } member
            ? Move(life, life, CoordinatorSignal.MemberLost, $"lost {workerId} (rank {member.Rank}): {reason}", now)
            : Same(life);

    /// <summary>A worker slot has answered the announcement.</summary>
    public static CoordinatorDecision Answered(
        AttemptLife life, string workerId, string incarnation, AssignmentReply reply, DateTimeOffset now)
    {
        if (Find(life, workerId, incarnation) is not { } member)
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
            AssignmentReply.Absent => Same(Put(life, member with { AbsentSince = since })),
            _ => Same(Put(life, member with { AbsentSince = null })),
        };
    }

    /// <summary>A slot has said that the work is taken away.</summary>
    public static AttemptLife Withdrawn(AttemptLife life, Withdrawal withdrawal) =>
        life with { Withdrawals = life.Withdrawals.Where(owed => owed != withdrawal).ToArray() };

    private static AttemptLife Register(AttemptLife life, MemberReport report, DateTimeOffset now)
    {
        if (report.DamagedCheckpoint is { } damaged && life.ResumesFrom?.Reference == damaged)
        {
            return WithEvent(
                life with { Checkpoints = CheckpointRegistry.Damage(life.Checkpoints, damaged) },
                "checkpoint.damaged",
                $"{damaged} is not used again: {report.Detail}",
                now);
        }

        IReadOnlyList<JobCheckpoint> registry = CheckpointRegistry.Add(
            life.Checkpoints, report.Checkpoints ?? [], life.Spec!.Train.Steps, now, out IReadOnlyList<JobCheckpoint> added);
        return added.Aggregate(life with { Checkpoints = registry }, (next, one) => WithEvent(
            next, "checkpoint.committed", $"step {one.Step} is in {one.Reference}; weights {one.WeightsSha256}", now));
    }

    private static (CoordinatorSignal Signal, string Reason) Meaning(AttemptLife life, AttemptMember told, MemberReport report)
    {
        string who = $"{told.Worker.WorkerId} (rank {told.Rank})";
        if (told.Phase == MemberPhase.Faulted)
        {
            return (report.Retryable ? CoordinatorSignal.MemberFaulted : CoordinatorSignal.MemberFailed, $"{who}: {report.Detail}");
        }

        if (told is { Phase: MemberPhase.Done, Result: null })
        {
            return (CoordinatorSignal.MemberFailed, $"{who} is done and tells no result");
        }

        if (life.Members.All(member => member.Phase == MemberPhase.Done))
        {
            return life.Members.DistinctBy(member => (member.Result!.WeightsSha256, member.Result.StateSha256)).Count() == 1
                ? (CoordinatorSignal.Agreed, MemberAccount.OfResult(life.Members))
                : (CoordinatorSignal.Disagreed, MemberAccount.OfDisagreement(life.Members));
        }

        if (life.State == AttemptState.Yielding && life.Members.All(member => member.Phase == MemberPhase.Yielded))
        {
            return (CoordinatorSignal.AllYielded, MemberAccount.OfYield(life.Members, CheckpointRegistry.Latest(life.Checkpoints)));
        }

        return life.State != AttemptState.Forming ? (CoordinatorSignal.Progressed, life.Reason)
            : life.Members.All(MemberAccount.IsTraining) ? (CoordinatorSignal.AllTraining, MemberAccount.OfTraining(life.Members))
            : (CoordinatorSignal.Progressed, MemberAccount.OfForming(life.Members));
    }

    private static CoordinatorDecision Move(
        AttemptLife before, AttemptLife next, CoordinatorSignal signal, string reason, DateTimeOffset now)
    {
        if (Table.Find(before.State, signal) is not { } row)
        {
            return Same(before);
        }

        next = next with { State = row.To, Reason = reason };
        bool isNew = row.To != before.State || next.Attempt != before.Attempt;
        if (!isNew)
        {
            return Same(next);
        }

        next = WithEvent(next, KindOf(signal, row.To), reason, now);
        next = next with { Withdrawals = next.IsActive ? next.Withdrawals : Owed(next) };
        return new CoordinatorDecision(next, IsChange: true, Announces: false, Hints: true);
    }

    private static AttemptLife WithEvent(AttemptLife life, string kind, string message, DateTimeOffset now) => life with
    {
        EventCount = life.EventCount + 1,
        Outbox = life.Outbox.Append(new JobEventDraft(
            $"membership/{life.EventCount + 1}", now, kind, $"attempt {life.Attempt}: {message}")).ToArray(),
    };

    private static string KindOf(CoordinatorSignal signal, AttemptState to) => signal switch
    {
        _ when to == AttemptState.Stopped => "attempt.stopped",
        CoordinatorSignal.YieldAsked => "generation.yielding",
        CoordinatorSignal.AllYielded => "attempt.yielded",
        CoordinatorSignal.Started => "generation.formed",
        CoordinatorSignal.AllTraining => "generation.training",
        CoordinatorSignal.Agreed => "attempt.succeeded",
        CoordinatorSignal.MemberLost => "worker.lost",
        CoordinatorSignal.MemberFaulted => "attempt.lost",
        _ => "attempt.failed",
    };

    private static Withdrawal[] Owed(AttemptLife life) => life.Withdrawals
        .Union(life.Members.Select(
            member => new Withdrawal(member.Worker.WorkerId, member.Worker.Incarnation, life.Attempt)))
        .ToArray();

    private static AttemptMember? Find(AttemptLife life, string workerId, string incarnation) => life.IsActive
        ? life.Members.FirstOrDefault(member => member.Worker.WorkerId == workerId && member.Worker.Incarnation == incarnation)
        : null;

    private static AttemptLife Put(AttemptLife life, AttemptMember told) =>
        life with { Members = life.Members.Select(member => member.Rank == told.Rank ? told : member).ToArray() };

    private static AttemptMember MemberOf(WorkerOffer worker, int rank, int workers, int replicas)
    {
        ReplicaRange range = ReplicaRange.Of(rank, workers, replicas);
        return new AttemptMember { Worker = worker, Rank = rank, FirstReplica = range.First, ReplicaCount = range.Count };
    }

    private static CoordinatorDecision Same(AttemptLife life) => new(life, IsChange: false, Announces: false, Hints: false);
}
