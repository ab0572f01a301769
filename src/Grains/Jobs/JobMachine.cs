using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Transitions;

namespace SeqCluster.Grains.Jobs;

/// <summary>
/// Decides a job's life: (life, input, now) → (life, effect). Pure: it stores nothing, calls nobody and reads no clock.
/// </summary>
public static class JobMachine
{
    /// <summary>Between two looks at the coordinator, while workers are held.</summary>
    public static readonly TimeSpan ActivePollPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at the scheduler, while the job waits.</summary>
    public static readonly TimeSpan QueuedPollPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Every change of a job's state (<c>docs/protocols/jobs.md</c>).</summary>
    public static readonly TransitionTable<JobState, JobSignal> Table = new(
        (JobState.Queued, JobSignal.Waits, JobState.Queued, "keeps the scheduler's account as the reason"),
        (JobState.Queued, JobSignal.Reserved, JobState.Scheduling, "starts the attempt"),
        (JobState.Queued, JobSignal.CancelAsked, JobState.Cancelled, "frees the workers"),
        (JobState.Queued, JobSignal.PauseAsked, JobState.Paused, "frees the workers"),
        (JobState.Queued, JobSignal.ScaleAsked, JobState.Queued, "demands that many workers"),
        (JobState.Scheduling, JobSignal.AttemptUnknown, JobState.Scheduling, "asks the scheduler whether the workers are still reserved"),
        (JobState.Scheduling, JobSignal.Reserved, JobState.Scheduling, "starts the attempt"),
        (JobState.Scheduling, JobSignal.Waits, JobState.Queued, "the reservation is void: waits again"),
        (JobState.Scheduling, JobSignal.AttemptForming, JobState.Scheduling, "follows the members"),
        (JobState.Scheduling, JobSignal.AttemptTraining, JobState.Running, "follows the members"),
        (JobState.Scheduling, JobSignal.AttemptSucceeded, JobState.Completed, "keeps the result, frees the workers"),
        (JobState.Scheduling, JobSignal.AttemptLost, JobState.Queued, "demands workers for the next attempt"),
        (JobState.Scheduling, JobSignal.AttemptsExhausted, JobState.Failed, "frees the workers"),
        (JobState.Scheduling, JobSignal.AttemptFailed, JobState.Failed, "frees the workers"),
        (JobState.Scheduling, JobSignal.CancelAsked, JobState.Cancelled, "frees the workers"),
        (JobState.Scheduling, JobSignal.PauseAsked, JobState.Paused, "frees the workers"),
        (JobState.Scheduling, JobSignal.ScaleAsked, JobState.Scheduling, "keeps the number until all train"),
        (JobState.Running, JobSignal.AttemptForming, JobState.Running, "follows the members"),
        (JobState.Running, JobSignal.AttemptTraining, JobState.Running, "follows the members"),
        (JobState.Running, JobSignal.AttemptSucceeded, JobState.Completed, "keeps the result, frees the workers"),
        (JobState.Running, JobSignal.AttemptLost, JobState.Queued, "demands workers for the next attempt"),
        (JobState.Running, JobSignal.AttemptsExhausted, JobState.Failed, "frees the workers"),
        (JobState.Running, JobSignal.AttemptFailed, JobState.Failed, "frees the workers"),
        (JobState.Running, JobSignal.CancelAsked, JobState.Cancelled, "frees the workers"),
        (JobState.Running, JobSignal.PauseAsked, JobState.Pausing, "asks the attempt to yield"),
        (JobState.Running, JobSignal.ScaleAsked, JobState.Running, "takes or gives back workers at a step boundary"),
        (JobState.Pausing, JobSignal.AttemptTraining, JobState.Pausing, "follows the members"),
        (JobState.Pausing, JobSignal.AttemptYielded, JobState.Paused, "frees the workers"),
        (JobState.Pausing, JobSignal.AttemptSucceeded, JobState.Completed, "keeps the result, frees the workers"),
        (JobState.Pausing, JobSignal.AttemptLost, JobState.Paused, "frees the workers"),
        (JobState.Pausing, JobSignal.AttemptsExhausted, JobState.Failed, "frees the workers"),
        (JobState.Pausing, JobSignal.AttemptFailed, JobState.Failed, "frees the workers"),
        (JobState.Pausing, JobSignal.CancelAsked, JobState.Cancelled, "frees the workers"),
        (JobState.Pausing, JobSignal.PauseAsked, JobState.Pausing, "nothing"),
        (JobState.Pausing, JobSignal.ScaleAsked, JobState.Pausing, "keeps the number for later"),
        (JobState.Paused, JobSignal.PauseAsked, JobState.Paused, "nothing"),
        (JobState.Paused, JobSignal.Freed, JobState.Paused, "holds no workers any more"),
        (JobState.Paused, JobSignal.ScaleAsked, JobState.Paused, "keeps the number for later"),
        (JobState.Paused, JobSignal.ResumeAsked, JobState.Queued, "demands workers for the next attempt"),
        (JobState.Paused, JobSignal.CancelAsked, JobState.Cancelled, "frees the workers"),
        (JobState.Completed, JobSignal.CancelAsked, JobState.Completed, "nothing"),
        (JobState.Completed, JobSignal.Freed, JobState.Completed, "holds no workers any more"),
        (JobState.Failed, JobSignal.CancelAsked, JobState.Failed, "nothing"),
        (JobState.Failed, JobSignal.Freed, JobState.Failed, "holds no workers any more"),
        (JobState.Cancelled, JobSignal.CancelAsked, JobState.Cancelled, "nothing"),
        (JobState.Cancelled, JobSignal.Freed, JobState.Cancelled, "holds no workers any more"));

    /// <summary>A job as it is submitted.</summary>
    public static JobLife Submit(string jobId, JobSpec spec, DateTimeOffset now) => WithEvent(
        new JobLife
        {
            JobId = jobId,
            Spec = spec,
            SubmittedAt = now,
            State = JobState.Queued,
            Reason = "submitted",
            HoldsWorkers = true,
        },
        NameOf(JobState.Queued),
        now);

    /// <summary>What to do when nothing came: at a hint, at a tick, after a restart.</summary>
    public static JobEffect Poll(JobLife life) => life.State switch
    {
        JobState.Queued => JobEffect.AskScheduler,
        JobState.Scheduling => life.Generation == 0 ? JobEffect.AskCoordinator : JobEffect.BalanceWorkers,
        JobState.Running => JobEffect.BalanceWorkers,
        JobState.Pausing => JobEffect.AskToYield,
        _ => life.HoldsWorkers ? JobEffect.FreeWorkers : JobEffect.None,
    };

    /// <summary>How long to the next poll; infinite when none is needed.</summary>
    public static TimeSpan PollPeriod(JobLife life) => Poll(life) switch
    {
        JobEffect.None => Timeout.InfiniteTimeSpan,
        JobEffect.AskScheduler => QueuedPollPeriod,
        _ => ActivePollPeriod,
    };

    /// <summary>The demand of the present attempt: its workers and their hot spares. More members than replicas would have nothing to do.</summary>
    public static WorkerDemand Demand(JobLife life) => new(
        life.JobId,
        life.Attempt,
        Math.Min(life.Spec.Workers.Min, life.WantedWorkers),
        life.WantedWorkers + life.Spec.Workers.Spares,
        life.Spec.Workers.Device,
        life.SubmittedAt)
    {
        Priority = life.Spec.Priority,
        Numerics = life.Spec.Numerics,
        Without = string.Join(' ', life.Excluded.Order(StringComparer.Ordinal)),
    };

    /// <summary>Whether a scale would change nothing: as many are wanted already.</summary>
    public static bool IsScaled(JobLife life, int workers) => workers == life.WantedWorkers;

    /// <summary>Follows the table; a signal that is not in it changes nothing.</summary>
    public static JobDecision Decide(JobLife life, JobInput input, DateTimeOffset now)
    {
        if (Table.Find(life.State, input.Signal) is not { } row)
        {
            return new JobDecision(life, JobEffect.None, [], IsChange: false);
        }

        JobLife next = Fill(life, input, now) with { State = row.To };
        bool isNewState = row.To != life.State;
        if (isNewState)
        {
            next = WithEvent(
                next with { Reason = input.Reason, FinishedAt = next.IsFinished ? now : null, HoldsWorkers = true }, NameOf(next.State), now);
        }
        else if (input.Signal == JobSignal.ScaleAsked)
        {
            // Why it waits or rests does not change by it.
            next = WithEvent(next with { Reason = input.Reason }, "scaled", now) with { Reason = life.Reason };
        }

        bool isChange = isNewState || input.Signal == JobSignal.ScaleAsked || next.HoldsWorkers != life.HoldsWorkers;
        return new JobDecision(next, EffectOf(input.Signal, next, isNewState), input.Workers, isChange);
    }

    private static JobEffect EffectOf(JobSignal signal, JobLife next, bool isNewState) => signal switch
    {
        JobSignal.Reserved => JobEffect.StartAttempt,
        JobSignal.AttemptUnknown => JobEffect.AskScheduler,
        JobSignal.Waits => JobEffect.None,
        JobSignal.ScaleAsked => Poll(next),
        _ => isNewState && next.State is not JobState.Running ? Poll(next) : JobEffect.None,
    };

    private static JobLife Fill(JobLife life, JobInput input, DateTimeOffset now)
    {
        JobLife next = input.Attempt is { } told && told.Attempt == life.Attempt
            ? life with
            {
                Generation = told.Generation, Step = told.Step, Members = told.Members, CheckpointStep = told.CheckpointStep,
                Invited = told.Invited, Excluded = told.Excluded,
            }
            : life;
        return input.Signal switch
        {
            JobSignal.Waits or JobSignal.AttemptUnknown => next with { Reason = input.Reason },
            JobSignal.AttemptForming => next with { Reason = input.Reason },
            JobSignal.AttemptTraining => next with { Reason = input.Reason, StartedAt = next.StartedAt ?? now },
            JobSignal.AttemptSucceeded => next with { StartedAt = next.StartedAt ?? now, Result = input.Attempt!.Result },
            JobSignal.AttemptLost or JobSignal.AttemptYielded when next.State == JobState.Pausing => Rest(next),
            JobSignal.AttemptLost => NextAttempt(next, input.Attempt?.Attempt ?? next.Attempt),
            JobSignal.ResumeAsked => NextAttempt(next, next.Attempt),
            JobSignal.ScaleAsked => next with { ScaledWorkers = input.WantedWorkers },
            JobSignal.Freed => next with { HoldsWorkers = false },
            _ => next,
        };
    }

    // What came after the checkpoint is lost with the members: it will be done again.
    private static JobLife Rest(JobLife life) => life with
    {
        Step = life.CheckpointStep, BestStep = Math.Max(life.BestStep, life.Step), FruitlessAttempts = 0, Members = [],
        Invited = [], Excluded = [],
    };

    private static JobLife NextAttempt(JobLife life, int ended)
    {
        bool cameFurther = life.Step > life.BestStep;
        return life with
        {
            Attempt = Math.Max(life.Attempt, ended) + 1,
            Generation = 0,
            Step = life.CheckpointStep,
            Members = [],
            Invited = [],
            Excluded = [],
            BestStep = Math.Max(life.BestStep, life.Step),
            FruitlessAttempts = life.State is JobState.Paused ? life.FruitlessAttempts
                : cameFurther ? 0 : life.FruitlessAttempts + 1,
        };
    }

    private static JobLife WithEvent(JobLife life, string name, DateTimeOffset now) => life with
    {
        EventCount = life.EventCount + 1,
        Outbox = life.Outbox.Append(new JobEventDraft(
            $"job/{life.EventCount + 1}", now, $"job.{name}", EventText(life))).ToArray(),
    };

    private static string NameOf(JobState state) => state.ToString().ToLowerInvariant();

    private static string EventText(JobLife life) => life.Attempt == 1 ? life.Reason : $"attempt {life.Attempt}: {life.Reason}";
}
