using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Storage;

namespace SeqCluster.Grains.Jobs;

/// <summary>
/// One job: asks <see cref="JobMachine"/>, stores what it decided, then acts. Every way of losing a hint, a timer or the
/// activation ends in another poll: the timer while it is active, a reminder until nothing can happen to the job any more.
/// </summary>
public sealed partial class JobGrain(
    [PersistentState("job", ControlPlane.Storage)] IPersistentState<JobRecord> stored,
    IJobEvents events,
    TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IRemindable
{
    /// <summary>The reminder that each job has until nothing can happen to it any more.</summary>
    public const string PollReminder = "poll";

    /// <summary>Effects that follow each other in one turn; a job that needs more goes on at the next poll.</summary>
    private const int EffectsLimit = 8;

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private IGrainTimer? timer;
    private bool isListed;

    private string JobId => this.GetPrimaryKeyString();

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey);

    private IReductionCoordinatorGrain Coordinator => GrainFactory.GetGrain<IReductionCoordinatorGrain>(JobId);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        SetTimer();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<string?> Submit(JobSpec spec)
    {
        if (!JobIdPattern().IsMatch(JobId))
        {
            return $"job id {JobId}: must be 1 to 64 of a-z, 0-9 and -, beginning with a letter or digit";
        }

        if (stored.State.Life is { } life)
        {
            return ToJson(life.Spec) == ToJson(spec) ? null : $"job {JobId} was submitted already, with another specification";
        }

        // The reminder first: a job that is stored is never without one.
        await this.RegisterOrUpdateReminder(PollReminder, ReminderPeriod, ReminderPeriod);
        await Store(JobMachine.Submit(JobId, spec, time.GetUtcNow()));
        try
        {
            await BringUpToDate();
        }
        catch (StoreUnavailableException)
        {
            // The job is stored, and must not be submitted a second time; the poll brings the rest.
        }

        await this.AsReference<IJobGrain>().Wake();
        return null;
    }

    /// <inheritdoc/>
    public Task<JobStatus?> GetStatus() => Task.FromResult(stored.State.Life is { } life ? StatusOf(life) : null);

    /// <inheritdoc/>
    public Task<string?> Cancel(string reason) => Ask(JobInput.Plain(JobSignal.CancelAsked, reason), "cancelled");

    /// <inheritdoc/>
    public Task<string?> Pause(string reason) => Ask(JobInput.Plain(JobSignal.PauseAsked, reason), "paused");

    /// <inheritdoc/>
    public Task<string?> Resume() => Ask(JobInput.Plain(JobSignal.ResumeAsked, "resumed"), "resumed");

    /// <inheritdoc/>
    public async Task<string?> Scale(int workers, string reason)
    {
        if (stored.State.Life is not { } life)
        {
            return $"no job {JobId}";
        }

        return workers < 1 || workers > life.Replicas
            ? $"{workers} workers for job {JobId}: must be 1 to {life.Replicas}, its replicas; a worker without a replica has nothing to do"
            : JobMachine.IsScaled(life, workers) && JobMachine.Table.Find(life.State, JobSignal.ScaleAsked) is not null ? null
            : await Ask(JobInput.Scale(workers, $"wants up to {workers} workers: {reason}"), "scaled");
    }

    /// <inheritdoc/>
    public Task Wake() => TryPoll();

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await TryPoll();
        if (stored.State.Life is null or { IsSettled: true } && await this.GetReminder(reminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    // The store tells of itself, and wakes the jobs when it is back.
    private async Task TryPoll()
    {
        try
        {
            await Poll();
        }
        catch (StoreUnavailableException)
        {
            // The next poll goes on from what is stored.
        }
    }

    private async Task<string?> Ask(JobInput input, string participle)
    {
        if (stored.State.Life is not { } life)
        {
            return $"no job {JobId}";
        }

        if (JobMachine.Table.Find(life.State, input.Signal) is null)
        {
            return $"job {JobId} is {life.State.ToString().ToLowerInvariant()}: it cannot be {participle}";
        }

        await BringUpToDate();
        await Follow(await Take(input));
        return null;
    }

    private async Task Poll()
    {
        if (stored.State.Life is { } life)
        {
            await BringUpToDate();
            await Follow(new JobDecision(life, JobMachine.Poll(life), [], IsChange: false));
        }
    }

    private async Task Follow(JobDecision decision)
    {
        for (int count = 0; decision.Effect != JobEffect.None && count < EffectsLimit; count++)
        {
            decision = await Take(await CarryOut(decision));
        }

        if (decision.Life.IsSettled && await this.GetReminder(PollReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private async Task<JobInput> CarryOut(JobDecision decision)
    {
        JobLife life = decision.Life;
        switch (decision.Effect)
        {
            case JobEffect.AskScheduler:
                return JobInput.Of(await Scheduler.Demand(JobMachine.Demand(life)));
            case JobEffect.StartAttempt:
                // Those beyond are the spares; they are offered once the attempt runs.
                return JobInput.Of(
                    await Coordinator.Start(life.Spec, life.Attempt, decision.Workers.Take(life.WantedWorkers).ToArray()), life);
            case JobEffect.AskCoordinator:
                return JobInput.Of(await Coordinator.GetStatus(), life);
            case JobEffect.BalanceWorkers:
                return await BalanceWorkers(life);
            case JobEffect.AskToYield:
                return JobInput.Of(await Coordinator.Yield(life.Attempt, life.Reason), life);
            case JobEffect.FreeWorkers:
                await Coordinator.Stop(life.Attempt, life.Reason);
                await Scheduler.Release(JobId);
                return JobInput.Plain(JobSignal.Freed);
            default:
                throw new ArgumentOutOfRangeException(nameof(decision), decision.Effect, "not an effect");
        }
    }

    private async Task<JobInput> BalanceWorkers(JobLife life)
    {
        Placement held = await Scheduler.Extend(JobMachine.Demand(life), life.Members.Select(member => member.WorkerId).ToArray());
        return JobInput.Of(
            held.IsReserved ? await Coordinator.Offer(life.Attempt, life.WantedWorkers, held.Workers) : await Coordinator.GetStatus(), life);
    }

    private async Task<JobDecision> Take(JobInput input)
    {
        JobLife before = stored.State.Life!;
        JobDecision decision = JobMachine.Decide(before, input, time.GetUtcNow());
        if (decision.IsChange)
        {
            await Store(decision.Life);
            LogChange(logger, JobId, before.State, decision.Life.State, decision.Life.Reason);
            await BringUpToDate();
        }
        else
        {
            stored.State.Life = decision.Life;
        }

        return decision;
    }

    private async Task Store(JobLife life)
    {
        stored.State.Life = life;
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

        SetTimer();
    }

    /// <summary>What follows from the stored state elsewhere: the directory's entry and the events. Both may be repeated.</summary>
    private async Task BringUpToDate()
    {
        JobLife life = stored.State.Life!;
        if (!isListed)
        {
            await GrainFactory.GetGrain<IJobDirectoryGrain>(ControlPlane.DirectoryKey).Add(JobId, life.SubmittedAt);
            isListed = true;
        }

        if (life.Outbox.Count > 0)
        {
            await events.Append(JobId, life.Outbox);
            stored.State.Life = life with { Outbox = [] };
        }
    }

    private void SetTimer()
    {
        TimeSpan period = stored.State.Life is { } life ? JobMachine.PollPeriod(life) : Timeout.InfiniteTimeSpan;
        if (timer is not null)
        {
            timer.Change(period, period);
        }
        else if (period != Timeout.InfiniteTimeSpan)
        {
            timer = this.RegisterGrainTimer(TryPoll, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        }
    }

    private static JobStatus StatusOf(JobLife life) => new()
    {
        JobId = life.JobId,
        State = life.State,
        Reason = life.Reason,
        SubmittedAt = life.SubmittedAt,
        StartedAt = life.StartedAt,
        FinishedAt = life.FinishedAt,
        Attempt = life.Attempt,
        Generation = life.Generation,
        Step = life.Step,
        Steps = life.Spec.Train.Steps,
        // Whoever trained a cancelled job does something else by now.
        Members = life.State == JobState.Cancelled ? [] : life.Members,
        Invited = life.IsFinished ? [] : life.Invited,
        Result = life.Result,
        Spec = life.Spec,
        WantedWorkers = life.WantedWorkers,
        CheckpointStep = life.CheckpointStep,
    };

    private static string ToJson(JobSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex JobIdPattern();
}
