using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// Decides an attempt: (life, event, now) → (life, what follows). Pure: it stores nothing, calls nobody, reads no clock and
/// draws no random bytes.
/// </summary>
public static partial class CoordinatorMachine
{
    /// <summary>How long a member's slot may say that it is not connected, before the member counts as lost.</summary>
    public static readonly TimeSpan ReattachLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long members may take to a common step boundary, and to a checkpoint of it when they yield.</summary>
    public static readonly TimeSpan YieldLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long members may take to say where they are. Their control side answers, whatever their engine does.</summary>
    public static readonly TimeSpan StatusLimit = TimeSpan.FromSeconds(5);

    /// <summary>Beyond the time that unheard members train on: clocks differ, and members look at theirs now and then.</summary>
    public static readonly TimeSpan OfflineMargin = TimeSpan.FromSeconds(5);

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

        if (MayStillTrain(life, workers) && life.NotBefore is { } until && now < until)
        {
            return Same(life with { Reason = $"a worker of attempt {life.Attempt} may still train, unheard: waits until {until:HH:mm:ss} UTC, when it has stopped" });
        }

        int replicas = spec.Workers.Replicas == 0 ? spec.Workers.Max : spec.Workers.Replicas;
        JobCheckpoint? continued = life.Checkpoints.Count == 0 && spec.Start.Continues ? spec.Start.Taken : null;
        JobCheckpoint? resumed = continued ?? CheckpointRegistry.Latest(life.Checkpoints);
        int startStep = resumed?.Step ?? 0;
        ArgumentOutOfRangeException.ThrowIfZero(workers.Count, nameof(workers));
        AttemptMember[] members = workers.Select(worker => Invitation(worker) with { Step = startStep })
            .Select((member, rank) => GenerationPlan.AsMember(member, rank, workers.Count, replicas)).ToArray();
        AttemptLife formed = Cleared(life) with
        {
            Attempt = attempt,
            Generation = 1,
            StartStep = startStep,
            ResumesFrom = resumed,
            Spec = spec,
            Secret = secret,
            Members = members,
            WantedWorkers = workers.Count,
            Lineage = [.. life.Lineage, GenerationPlan.RecordOf(attempt, 1, startStep, members, source: 0)],
        };
        if (continued is not null)
        {
            // What the job continues is the first of its own.
            formed = WithEvent(
                formed with { Checkpoints = [continued] },
                "checkpoint.adopted",
                $"step {continued.Step} of {spec.Start.Checkpoint} is in {continued.Reference}; weights {continued.WeightsSha256}",
                now);
        }

        string account = MemberAccount.OfForming(members) + MemberAccount.OfBeginning(resumed);
        return Move(life, formed, CoordinatorSignal.Started, account, now) with { Announces = true, Hints = false, Trims = true };
    }

    /// <summary>Whether a checkpoint is one that <see cref="Adopt"/> takes, if it is whole.</summary>
    public static bool IsUntold(AttemptLife life, WrittenCheckpoint one) => one.Step > (CheckpointRegistry.Latest(life.Checkpoints)?.Step ?? 0)
        && CheckpointRegistry.IsOfLineage(life.Lineage, WrittenCheckpoint.AttemptOf(one.Reference), one.Generation, one.Step);

    /// <summary>
    /// Takes whole checkpoints into the registry that were found in the store and that nobody has told of: written while the silo was away, by a worker
    /// that is gone. Those that are not of the job's history are left.
    /// </summary>
    public static CoordinatorDecision Adopt(AttemptLife life, IReadOnlyList<WrittenCheckpoint> found, DateTimeOffset now)
    {
        AttemptLife next = life.Spec is null ? life : Registered(life, found, "checkpoint.adopted", now);
        return Same(next) with { IsChange = next.EventCount != life.EventCount };
    }

    /// <summary>The job stops an attempt, whether it was started or not; an earlier one is ignored.</summary>
    public static CoordinatorDecision Stop(AttemptLife life, int attempt, string reason, DateTimeOffset now) =>
        attempt == life.Attempt ? Move(life, life, CoordinatorSignal.StopAsked, reason, now) with { Hints = false }
        : attempt > life.Attempt
            ? Move(
                life,
                Cleared(life) with { Attempt = attempt, Generation = 0, Members = [] },
                CoordinatorSignal.StoppedAhead,
                reason,
                now) with { Hints = false }
        : Same(life);

    /// <summary>The job wants the attempt's members to stop with a checkpoint; one that was never started never will be.</summary>
    public static CoordinatorDecision Yield(AttemptLife life, int attempt, string reason, DateTimeOffset now)
    {
        if (attempt != life.Attempt)
        {
            return Stop(life, attempt, reason, now);
        }

        if (life.YieldAskedAt is not null && life.IsActive)
        {
            return Same(life);
        }

        bool isPostponed = life.State == AttemptState.Regrouping || (life.State == AttemptState.Forming && life.Generation > 1);
        CoordinatorDecision decision = Move(
            life,
            life with { YieldAskedAt = now },
            isPostponed ? CoordinatorSignal.YieldPostponed : CoordinatorSignal.YieldAsked,
            reason,
            now);
        return decision with { Announces = decision.Life.IsActive, Hints = false };
    }

    /// <summary>A member tells where it is. Of a worker that has no part in the attempt, see <see cref="IsStray"/>.</summary>
    public static CoordinatorDecision Report(AttemptLife life, MemberReport report, DateTimeOffset now)
    {
        if (IsStray(life, report))
        {
            return Same(life);
        }

        if (FindInvited(life, report.WorkerId, report.Incarnation) is { } invited)
        {
            return InvitedReports(life, invited, report, now);
        }

        AttemptMember member = Find(life, report.WorkerId, report.Incarnation)!;
        if (report.Phase != MemberPhase.Faulted && (report.Generation != life.Generation || member.Phase == MemberPhase.Halted))
        {
            // On its way to the present generation; or its last word in it stands. (A fault ends the whole run: it comes to no other.)
            return Same(Put(life, member with { AbsentSince = null, IsSuspect = false }));
        }

        AttemptMember told = member with
        {
            // A heartbeat from before its end may come after it.
            Phase = member.HasEnded && report.Phase != MemberPhase.Halted ? member.Phase : report.Phase,
            Step = report.Phase == MemberPhase.Halted ? report.Step : Math.Max(member.Step, report.Step),
            Result = report.Phase == MemberPhase.Halted ? null : member.Result ?? report.Result,
            Accuses = report.LostRank,
            Shares = report.Shares ?? [],
            AbsentSince = null,
            IsSuspect = false,
            ReplicaMs = report.ReplicaMs > 0 ? report.ReplicaMs : member.ReplicaMs,
        };
        AttemptLife next = Paced(Register(Put(Stepped(life, told, now), told), report, now), told, now);
        CoordinatorDecision decision = told.Phase switch
        {
            MemberPhase.Halted => Halt(life, next, told, report, now),
            MemberPhase.Faulted when report is { Retryable: true, DamagedCheckpoint: null } =>
                LoseMember(life, next, told, report.Detail, now),
            _ => Follow(life, next, told, report, now),
        };
        bool isRegistered = next.Checkpoints != life.Checkpoints;
        return decision with
        {
            IsChange = decision.IsChange || isRegistered || next.EventCount != life.EventCount || (told.HasEnded && !member.HasEnded),
            Trims = decision.Trims || isRegistered,
        };
    }

    /// <summary>Two reports of one step differ. When no attempt is active any more, nothing is left to stop: an event tells it all the same.</summary>
    public static CoordinatorDecision Contradicted(AttemptLife life, string what, DateTimeOffset now) => life.IsActive
        ? Move(life, life, CoordinatorSignal.ReportContradicted, $"the ledger contradicts itself: {what}", now)
        : Same(WithEvent(life, "ledger.contradicted", $"a late report says otherwise than the ledger: {what} (seqcluster audit says which counts)", now)) with { IsChange = true };

    /// <summary>Whether a report is of work that is not, or no longer, the worker's: it should be taken away.</summary>
    public static bool IsStray(AttemptLife life, MemberReport report) =>
        !life.IsActive
        || report.Attempt != life.Attempt
        || report.Generation > life.Generation + 1
        || (Find(life, report.WorkerId, report.Incarnation) is null && FindInvited(life, report.WorkerId, report.Incarnation) is null);

    /// <summary>
    /// Up to which generation a stray worker's work is taken away for good. An invitation goes with the generation before it, so that
    /// the same worker can be invited to the same generation again.
    /// </summary>
    public static int FenceOf(AttemptLife life, MemberReport stray) =>
        life.IsActive && stray.Attempt == life.Attempt && stray.Generation > life.Generation ? stray.Generation - 1 : stray.Generation;

    /// <summary>The members that keep an attempt on these workers from starting: they may still train, as far as is known.</summary>
    public static IEnumerable<AttemptMember> Unheard(AttemptLife life, int attempt, IReadOnlyList<WorkerOffer> workers) =>
        attempt > life.Attempt && MayStillTrain(life, workers) ? life.Members : [];

    /// <summary>A worker has said, or its successor shows, that it trains the attempt no more: nobody has to wait until it has parked.</summary>
    public static CoordinatorDecision Stopped(AttemptLife life, int attempt, string workerId, string incarnation) =>
        life.State == AttemptState.Lost && attempt == life.Attempt
        && life.Members.FirstOrDefault(one => one.Worker.WorkerId == workerId && one.Worker.Incarnation == incarnation) is { IsDead: false } member
            ? Same(Put(life, member with { IsDead = true })) with { IsChange = true, Hints = true }
            : Same(life);

    /// <summary>A slot has said that the work is taken away.</summary>
    public static AttemptLife Withdrawn(AttemptLife life, Withdrawal withdrawal) =>
        life with { Withdrawals = life.Withdrawals.Where(owed => owed != withdrawal).ToArray() };

    // A step needs every member: without one that is asked now, or is dead, the others of its generation cannot go on.
    private static bool MayStillTrain(AttemptLife life, IReadOnlyList<WorkerOffer> workers) =>
        life.State == AttemptState.Lost && life.Members.All(member => member is { IsGone: true, IsDead: false }
            && workers.All(worker => worker.WorkerId != member.Worker.WorkerId));

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

        AttemptLife registered = Registered(life, report.Checkpoints ?? [], "checkpoint.committed", now);
        return report.FailedCheckpoint is { } failed && failed != registered.FailedCheckpoint && failed.Step > (CheckpointRegistry.Latest(registered.Checkpoints)?.Step ?? 0)
            ? WithEvent(registered with { FailedCheckpoint = failed }, "checkpoint.failed", failed.Detail, now)
            : registered;
    }

    private static AttemptLife Registered(AttemptLife life, IEnumerable<WrittenCheckpoint> written, string kind, DateTimeOffset now)
    {
        IReadOnlyList<JobCheckpoint> registry = CheckpointRegistry.Add(
            life.Checkpoints,
            written.Where(one => CheckpointRegistry.IsOfLineage(life.Lineage, WrittenCheckpoint.AttemptOf(one.Reference), one.Generation, one.Step)),
            life.Spec!,
            now,
            out IReadOnlyList<JobCheckpoint> added);
        return added.Aggregate(life with { Checkpoints = registry }, (next, one) => WithEvent(
            next, kind, $"step {one.Step} is in {one.Reference}; weights {one.WeightsSha256}", now));
    }

    private static CoordinatorDecision Follow(
        AttemptLife before, AttemptLife next, AttemptMember told, MemberReport report, DateTimeOffset now)
    {
        (CoordinatorSignal signal, string reason) = Meaning(next, told, report);
        CoordinatorDecision decision = Move(
            before, signal == CoordinatorSignal.Agreed ? next with { Result = next.Members[0].Result } : next, signal, reason, now);
        return signal switch
        {
            CoordinatorSignal.AllTraining => Balanced(decision, now),

            // Nobody writes any more: what members left half-written when they died can go.
            CoordinatorSignal.Agreed => decision with { Trims = true },
            _ => decision,
        };
    }

    private static (CoordinatorSignal Signal, string Reason) Meaning(AttemptLife life, AttemptMember told, MemberReport report)
    {
        string who = $"{told.Worker.WorkerId} (rank {told.Rank})";
        if (told.Phase == MemberPhase.Faulted)
        {
            // Without what it continues the job has nothing to begin from.
            bool isStart = report.DamagedCheckpoint is { } damaged && damaged == life.Spec?.Start.Taken?.Reference;
            return (report.DamagedCheckpoint is null || isStart ? CoordinatorSignal.MemberFailed : CoordinatorSignal.CheckpointDamaged, $"{who}: {report.Detail}");
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

        if (life.YieldAskedAt is not null && life.Members.All(member => member.Phase == MemberPhase.Yielded))
        {
            return (CoordinatorSignal.AllYielded, MemberAccount.OfYield(life.Members, CheckpointRegistry.Latest(life.Checkpoints)));
        }

        return life.State != AttemptState.Forming ? (CoordinatorSignal.Progressed, life.Reason)
            : !life.Members.All(MemberAccount.IsTraining) ? (CoordinatorSignal.Progressed, MemberAccount.OfForming(life.Members))
            : life.YieldAskedAt is null ? (CoordinatorSignal.AllTraining, MemberAccount.OfTraining(life))
            : (CoordinatorSignal.AllYielding, MemberAccount.OfTraining(life));
    }

    private static CoordinatorDecision Move(
        AttemptLife before, AttemptLife next, CoordinatorSignal signal, string reason, DateTimeOffset now)
    {
        if (Table.Find(before.State, signal) is not { } row)
        {
            return Same(before);
        }

        next = next with { State = row.To, Reason = reason };
        if (signal == CoordinatorSignal.NoneLeft)
        {
            next = next with { NotBefore = now + TimeSpan.FromSeconds(next.Spec!.Recovery.OfflineSeconds) + OfflineMargin };
        }

        bool isTold = signal is CoordinatorSignal.MemberLost or CoordinatorSignal.StatusOverdue or CoordinatorSignal.YieldPostponed;
        if (row.To == before.State && next.Attempt == before.Attempt && !isTold)
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
        CoordinatorSignal.YieldAsked or CoordinatorSignal.YieldPostponed => "generation.yielding",
        CoordinatorSignal.AllYielded => "attempt.yielded",
        CoordinatorSignal.Started or CoordinatorSignal.Formed => "generation.formed",
        CoordinatorSignal.AllTraining or CoordinatorSignal.AllYielding => "generation.training",
        CoordinatorSignal.RegroupAsked => "generation.regrouping",
        CoordinatorSignal.Agreed => "attempt.succeeded",
        CoordinatorSignal.MemberLost or CoordinatorSignal.StatusOverdue => "worker.lost",
        CoordinatorSignal.CheckpointDamaged or CoordinatorSignal.NoneLeft => "attempt.lost",
        _ => "attempt.failed",
    };

    // What belongs to an attempt that is left, whatever comes after it.
    private static AttemptLife Cleared(AttemptLife life) => life with
    {
        YieldAskedAt = null,
        RegroupAskedAt = null,
        RegroupsAtBoundary = false,
        NotBefore = null,
        FailedCheckpoint = null,
        Source = 0,
        Invited = [],
        Excluded = [],
        Estranged = [],
        Result = null,
        Withdrawals = life.IsActive ? Owed(life) : life.Withdrawals,
    };

    private static Withdrawal[] Owed(AttemptLife life) => life.Withdrawals
        .Union(life.Members.Concat(life.Invited).Select(
            member => new Withdrawal(member.Worker.WorkerId, member.Worker.Incarnation, life.Attempt)))
        .ToArray();

    private static AttemptMember? Find(AttemptLife life, string workerId, string incarnation) => life.IsActive
        ? life.Present.FirstOrDefault(member => member.Worker.WorkerId == workerId && member.Worker.Incarnation == incarnation)
        : null;

    private static AttemptLife Put(AttemptLife life, AttemptMember told) =>
        life with { Members = life.Members.Select(member => member.Rank == told.Rank ? told : member).ToArray() };

    private static CoordinatorDecision Same(AttemptLife life) => new(life, IsChange: false, Announces: false, Hints: false);
}
