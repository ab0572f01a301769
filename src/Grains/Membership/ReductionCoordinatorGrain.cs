using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Storage;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// One job's coordinator: asks <see cref="CoordinatorMachine"/>, stores the generation, then tells the worker slots. While an
/// attempt is active it announces again and again, which costs nothing when the slots know; so no message has to arrive.
/// </summary>
public sealed partial class ReductionCoordinatorGrain(
    [PersistentState("coordinator", ControlPlane.Storage)] IPersistentState<CoordinatorRecord> stored,
    IJobEvents events,
    ICheckpointFiles checkpointFiles,
    IOptions<MembershipOptions> options,
    TimeProvider time,
    ILogger<ReductionCoordinatorGrain> logger) : Grain, IReductionCoordinatorGrain
{
    /// <summary>Between two announcements to all members.</summary>
    public static readonly TimeSpan AnnouncePeriod = TimeSpan.FromSeconds(5);

    /// <summary>The same while members are asked to leave the group: everybody waits for the last of them.</summary>
    public static readonly TimeSpan RegroupPeriod = TimeSpan.FromSeconds(1);

    private const int SecretBytes = 32;
    private IGrainTimer? timer;
    private TimeSpan timerPeriod;

    private string JobId => this.GetPrimaryKeyString();

    private AttemptLife Life => stored.State.Life;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        SetTimer();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<CoordinatorStatus> Start(JobSpec spec, int attempt, IReadOnlyList<WorkerOffer> workers)
    {
        foreach (AttemptMember unheard in CoordinatorMachine.Unheard(Life, attempt, workers).ToArray())
        {
            (string worker, string incarnation) = (unheard.Worker.WorkerId, unheard.Worker.Incarnation);
            if (await GrainFactory.GetGrain<IWorkerGrain>(worker).IsReplaced(incarnation))
            {
                await Take(CoordinatorMachine.Stopped(Life, Life.Attempt, worker, incarnation));
            }
        }

        if (attempt > Life.Attempt)
        {
            await Adopt();
        }

        await Take(CoordinatorMachine.Start(
            Life, spec, attempt, workers, RandomNumberGenerator.GetBytes(SecretBytes), time.GetUtcNow()));
        return AttemptView.StatusOf(Life);
    }

    /// <inheritdoc/>
    public Task Stop(int attempt, string reason) => Take(CoordinatorMachine.Stop(Life, attempt, reason, time.GetUtcNow()));

    /// <inheritdoc/>
    public async Task<CoordinatorStatus> Yield(int attempt, string reason)
    {
        await Take(CoordinatorMachine.Yield(Life, attempt, reason, time.GetUtcNow()));
        return AttemptView.StatusOf(Life);
    }

    /// <inheritdoc/>
    public async Task Report(MemberReport report)
    {
        if (report.Phase == MemberPhase.Stopped)
        {
            await Take(CoordinatorMachine.Stopped(Life, report.Attempt, report.WorkerId, report.Incarnation));
            return;
        }

        if (CoordinatorMachine.IsStray(Life, report))
        {
            LogStray(logger, JobId, report.WorkerId, report.Attempt, report.Generation, Life.Attempt, Life.Generation);
            await GrainFactory.GetGrain<IWorkerGrain>(report.WorkerId)
                .Unassign(report.Incarnation, JobId, report.Attempt, CoordinatorMachine.FenceOf(Life, report));
            return;
        }

        await Take(CoordinatorMachine.Report(Life, report, time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public async Task<CoordinatorStatus> Offer(int attempt, int wanted, IReadOnlyList<WorkerOffer> reserved)
    {
        await Take(CoordinatorMachine.Offer(Life, attempt, wanted, reserved, time.GetUtcNow()));
        return AttemptView.StatusOf(Life);
    }

    /// <inheritdoc/>
    public Task MemberSuspect(string workerId, string incarnation) => Take(CoordinatorMachine.Suspect(Life, workerId, incarnation));

    /// <inheritdoc/>
    public Task<bool> IsAtWork(string workerId, string incarnation) =>
        Task.FromResult(CoordinatorMachine.IsAtWork(Life, workerId, incarnation, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task MemberLost(string workerId, string incarnation, string reason, bool isDead) =>
        Take(CoordinatorMachine.Lose(Life, workerId, incarnation, reason, time.GetUtcNow(), isDead));

    /// <inheritdoc/>
    public Task Contradicted(string what) => Take(CoordinatorMachine.Contradicted(Life, what, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GenerationRecord>> GetLineage() => Task.FromResult(Life.Lineage);

    /// <inheritdoc/>
    public Task<CoordinatorStatus> GetStatus() => Task.FromResult(AttemptView.StatusOf(Life));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobCheckpoint>> GetCheckpoints() => Task.FromResult(CheckpointRegistry.Explained(Life.Checkpoints, Life.Spec));

    // Before it is decided where the attempt begins, and before anything is trimmed.
    private async Task Adopt()
    {
        try
        {
            // Asked on another thread, where the grain's state is not to be touched.
            AttemptLife life = Life;
            IReadOnlyList<WrittenCheckpoint> found = await checkpointFiles.FindWhole(JobId, one => CoordinatorMachine.IsUntold(life, one));
            await Take(CoordinatorMachine.Adopt(Life, found, time.GetUtcNow()));
        }
        catch (IOException exception)
        {
            LogSearchFailed(logger, exception, JobId);
        }
    }

    private async Task Take(CoordinatorDecision decision)
    {
        await Store(decision);
        if (decision.Forms)
        {
            // Nobody has to hear of the halt who would hear of the next generation at once.
            CoordinatorDecision formed = CoordinatorMachine.Form(Life, RandomNumberGenerator.GetBytes(SecretBytes), time.GetUtcNow());
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
            await Trim();
        }

        if (decision.Hints)
        {
            await GrainFactory.GetGrain<IJobGrain>(JobId).Wake();
        }
    }

    private async Task Store(CoordinatorDecision decision)
    {
        stored.State.Life = decision.Life;
        if (!decision.IsChange)
        {
            return;
        }

        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // What is in memory may not be what is stored: the next call begins with what is.
            DeactivateOnIdle();
            throw;
        }

        LogChange(logger, JobId, Life.Attempt, Life.State, Life.Reason);
        SetTimer();
        await SendEvents();
    }

    private async Task SendEvents()
    {
        if (Life.Outbox.Count > 0)
        {
            await events.Append(JobId, Life.Outbox);
            stored.State.Life = Life with { Outbox = [] };
        }
    }

    /// <summary>Tells every member its assignment, and takes what the slots answer.</summary>
    private async Task Announce()
    {
        AttemptLife announced = Life;
        AttemptMember[] told = announced.Present.Concat(announced.Invited.Where(one => one.Phase != MemberPhase.Faulted)).ToArray();
        AssignmentReply?[] replies = await Task.WhenAll(told.Select(member => TryAssign(announced, member)));
        foreach ((AttemptMember member, AssignmentReply? reply) in told.Zip(replies))
        {
            if (reply is { } said)
            {
                await Take(CoordinatorMachine.Answered(
                    Life, member.Worker.WorkerId, member.Worker.Incarnation, said, time.GetUtcNow()));
            }
        }
    }

    private async Task<AssignmentReply?> TryAssign(AttemptLife life, AttemptMember member)
    {
        try
        {
            return await GrainFactory.GetGrain<IWorkerGrain>(member.Worker.WorkerId)
                .Assign(member.Worker.Incarnation, AttemptView.AssignmentOf(life, member, JobId, options.Value));
        }
        catch (StoreUnavailableException)
        {
            // The store tells of itself: the next announcement asks again.
            return null;
        }
        catch (Exception exception)
        {
            // The slot's own trouble (its store, a time-out) is not the member's loss: the next announcement asks again.
            LogSlotFailed(logger, exception, JobId, member.Worker.WorkerId);
            return null;
        }
    }

    private Task Withdraw() => Task.WhenAll(Life.Withdrawals.Select(async owed =>
    {
        try
        {
            await GrainFactory.GetGrain<IWorkerGrain>(owed.WorkerId).Unassign(owed.Incarnation, JobId, owed.Attempt, owed.Generation);
            stored.State.Life = CoordinatorMachine.Withdrawn(Life, owed);
        }
        catch (StoreUnavailableException)
        {
            // It stays owed.
        }
        catch (Exception exception)
        {
            LogSlotFailed(logger, exception, JobId, owed.WorkerId);
        }
    }));

    private async Task Trim()
    {
        try
        {
            await checkpointFiles.Trim(JobId, Life.State == AttemptState.Succeeded ? Life.Attempt + 1 : Life.Attempt, CheckpointRegistry.KeptFiles(Life.Checkpoints, Life.Spec));
        }
        catch (IOException exception)
        {
            // Files that stay longer than they should harm nobody: the next checkpoint tries again.
            LogTrimFailed(logger, exception, JobId);
        }
    }

    private async Task TryTick()
    {
        try
        {
            await Tick();
        }
        catch (StoreUnavailableException)
        {
            // The store tells of itself; the next tick goes on from what is stored.
        }
    }

    private async Task Tick()
    {
        await SendEvents();
        await Take(CoordinatorMachine.Tick(Life, time.GetUtcNow()));
        await Withdraw();
        if (Life.IsActive)
        {
            await Announce();
        }

        SetTimer();
    }

    private void SetTimer()
    {
        bool isNeeded = Life.IsActive || Life.Withdrawals.Count > 0 || Life.Outbox.Count > 0;
        if (!isNeeded)
        {
            timer?.Dispose();
            (timer, timerPeriod) = (null, TimeSpan.Zero);
        }
        else
        {
            TimeSpan period = Life.State == AttemptState.Regrouping ? RegroupPeriod : AnnouncePeriod;
            timer ??= this.RegisterGrainTimer(TryTick, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
            if (period != timerPeriod)
            {
                timer.Change(period, period);
                timerPeriod = period;
            }
        }
    }
}
