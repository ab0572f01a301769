using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>What <see cref="ReductionCoordinatorGrain"/> does around <see cref="CoordinatorMachine"/>, in the same order.</summary>
internal sealed class CoordinatorActivation(SimulatedSilo silo) : Activation(silo, World.CoordinatorKey)
{
    private static readonly MembershipOptions Options = new();
    private AttemptLife life = new();
    private int version;
    private TimeSpan? timerPeriod;

    public override void Activate()
    {
        (AttemptLife? stored, version) = Silo.Store.Read<AttemptLife>(Key);
        life = stored ?? new AttemptLife();
        SetTimer();
    }

    public async Task<CoordinatorStatus> Start(JobSpec spec, int attempt, IReadOnlyList<WorkerOffer> workers)
    {
        foreach (AttemptMember unheard in CoordinatorMachine.Unheard(life, attempt, workers).ToArray())
        {
            (string worker, string incarnation) = (unheard.Worker.WorkerId, unheard.Worker.Incarnation);
            if (await Silo.Call<SlotActivation, bool>(worker, slot => slot.IsReplaced(incarnation)))
            {
                await Take(CoordinatorMachine.Stopped(life, life.Attempt, worker, incarnation));
            }
        }

        if (attempt > life.Attempt)
        {
            await Take(CoordinatorMachine.Adopt(life, Silo.World.Disk.FindWhole(one => CoordinatorMachine.IsUntold(life, one)), Now));
        }

        await Take(CoordinatorMachine.Start(life, spec, attempt, workers, NewSecret(), Now));
        return AttemptView.StatusOf(life);
    }

    public Task Stop(int attempt, string reason) => Take(CoordinatorMachine.Stop(life, attempt, reason, Now));

    public async Task<CoordinatorStatus> Yield(int attempt, string reason)
    {
        await Take(CoordinatorMachine.Yield(life, attempt, reason, Now));
        return AttemptView.StatusOf(life);
    }

    public async Task<CoordinatorStatus> Offer(int attempt, int wanted, IReadOnlyList<WorkerOffer> reserved)
    {
        await Take(CoordinatorMachine.Offer(life, attempt, wanted, reserved, Now));
        return AttemptView.StatusOf(life);
    }

    public Task<CoordinatorStatus> GetStatus() => Task.FromResult(AttemptView.StatusOf(life));

    public async Task Report(MemberReport report)
    {
        if (report.Phase == MemberPhase.Stopped)
        {
            await Take(CoordinatorMachine.Stopped(life, report.Attempt, report.WorkerId, report.Incarnation));
            return;
        }

        if (CoordinatorMachine.IsStray(life, report))
        {
            await Silo.Call<SlotActivation>(report.WorkerId, slot =>
                slot.Unassign(report.Incarnation, World.JobId, report.Attempt, CoordinatorMachine.FenceOf(life, report)));
            return;
        }

        await Take(CoordinatorMachine.Report(life, report, Now));
    }

    public Task MemberSuspect(string workerId, string incarnation) => Take(CoordinatorMachine.Suspect(life, workerId, incarnation));

    public Task<bool> IsAtWork(string workerId, string incarnation) =>
        Task.FromResult(CoordinatorMachine.IsAtWork(life, workerId, incarnation, Now));

    public Task MemberLost(string workerId, string incarnation, string reason, bool isDead) =>
        Take(CoordinatorMachine.Lose(life, workerId, incarnation, reason, Now, isDead));

    private async Task Take(CoordinatorDecision decision)
    {
        decision = Defects.Hasten(Silo.World.Defect, decision);
        await Store(decision);
        if (decision.Forms)
        {
            CoordinatorDecision formed = CoordinatorMachine.Form(life, NewSecret(), Now);
            if (formed.IsChange)
            {
                await Take(formed);
                return;
            }
        }

        await Withdraw();
        if (decision.Announces)
        {
            await Announce();
        }

        if (decision.Trims)
        {
            Silo.World.Disk.Trim(life.Attempt, life.Checkpoints.Select(one => one.Reference));
        }

        if (decision.Hints)
        {
            Silo.Hint<JobActivation>(World.JobKey, job => job.Poll());
        }
    }

    private async Task Store(CoordinatorDecision decision)
    {
        life = decision.Life;
        if (decision.IsChange)
        {
            version = await Write(life, version);
            Silo.Simulator.Say("coordinator", () => $"{life.Attempt}.{life.Generation} {life.State}: {life.Reason}");
            SetTimer();
            life = life with { Outbox = [] };
        }
    }

    private async Task Announce()
    {
        AttemptLife announced = life;
        AttemptMember[] told = announced.Present.Concat(announced.Invited.Where(one => one.Phase != MemberPhase.Faulted)).ToArray();
        AssignmentReply?[] replies = await Task.WhenAll(told.Select(member => TryAssign(announced, member)));
        foreach ((AttemptMember member, AssignmentReply? reply) in told.Zip(replies))
        {
            if (reply is { } said)
            {
                await Take(CoordinatorMachine.Answered(life, member.Worker.WorkerId, member.Worker.Incarnation, said, Now));
            }
        }
    }

    private async Task<AssignmentReply?> TryAssign(AttemptLife announced, AttemptMember member)
    {
        try
        {
            return await Silo.Call<SlotActivation, AssignmentReply>(
                member.Worker.WorkerId, slot => slot.Assign(member.Worker.Incarnation, AttemptView.AssignmentOf(announced, member, World.JobId, Options)));
        }
        catch (Exception fault) when (fault is IOException or StaleWriteException)
        {
            return null;
        }
    }

    private Task Withdraw() => Task.WhenAll(life.Withdrawals.Select(async owed =>
    {
        try
        {
            await Silo.Call<SlotActivation>(owed.WorkerId, slot =>
                slot.Unassign(owed.Incarnation, World.JobId, owed.Attempt, owed.Generation));
            life = CoordinatorMachine.Withdrawn(life, owed);
        }
        catch (Exception fault) when (fault is IOException or StaleWriteException)
        {
            // Asked again.
        }
    }));

    private async Task Tick()
    {
        await Take(CoordinatorMachine.Tick(life, Now));
        await Withdraw();
        if (life.IsActive)
        {
            await Announce();
        }

        SetTimer();
    }

    private void SetTimer()
    {
        TimeSpan? period = !life.IsActive && life.Withdrawals.Count == 0 ? null
            : life.State == AttemptState.Regrouping ? ReductionCoordinatorGrain.RegroupPeriod
            : ReductionCoordinatorGrain.AnnouncePeriod;
        if (period != timerPeriod)
        {
            timerPeriod = period;
            SetTimer(period, Tick);
        }
    }

    private byte[] NewSecret()
    {
        byte[] secret = new byte[8];
        Silo.Simulator.Random.NextBytes(secret);
        return secret;
    }
}
