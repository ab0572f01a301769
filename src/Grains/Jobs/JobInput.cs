using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Jobs;

/// <summary>A signal with what came with it.</summary>
/// <param name="Signal">What happened.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Workers">For <see cref="JobSignal.Reserved"/>: in rank order.</param>
/// <param name="Attempt">For the coordinator's signals: what it said.</param>
/// <param name="WantedWorkers">For <see cref="JobSignal.ScaleAsked"/>.</param>
public sealed record JobInput(
    JobSignal Signal, string Reason, IReadOnlyList<WorkerOffer> Workers, CoordinatorStatus? Attempt, int WantedWorkers = 0)
{
    /// <summary>Attempts in a row that come no further than an earlier one; the next ends the job.</summary>
    public const int FruitlessAttemptsLimit = 10;

    /// <summary>A signal without anything beside it.</summary>
    public static JobInput Plain(JobSignal signal, string reason = "") => new(signal, reason, [], null);

    /// <summary>A person wants so many workers.</summary>
    public static JobInput Scale(int workers, string reason) => new(JobSignal.ScaleAsked, reason, [], null, workers);

    /// <summary>The scheduler's answer.</summary>
    public static JobInput Of(Placement placement) => new(
        placement.IsReserved ? JobSignal.Reserved : JobSignal.Waits, placement.Reason, placement.Workers, null);

    /// <summary>The coordinator's answer, read for this job.</summary>
    public static JobInput Of(CoordinatorStatus status, JobLife life)
    {
        if (status.Attempt < life.Attempt)
        {
            return life.State is JobState.Running or JobState.Pausing
                ? Ended(life, status, "the coordinator no longer knows the attempt")
                : new(JobSignal.AttemptUnknown, status.State == AttemptState.Lost ? status.Reason : $"attempt {life.Attempt} is not started yet", [], null);
        }

        if (status.Attempt > life.Attempt)
        {
            return Ended(life, status, $"the coordinator is already at attempt {status.Attempt}");
        }

        return status.State switch
        {
            AttemptState.Forming or AttemptState.Regrouping => new(JobSignal.AttemptForming, status.Reason, [], status),
            AttemptState.Training or AttemptState.Yielding => new(JobSignal.AttemptTraining, status.Reason, [], status),
            AttemptState.Succeeded => new(JobSignal.AttemptSucceeded, status.Reason, [], status),
            AttemptState.Yielded when life.State is JobState.Pausing => new(JobSignal.AttemptYielded, status.Reason, [], status),
            AttemptState.Failed => new(JobSignal.AttemptFailed, status.Reason, [], status),
            AttemptState.Lost or AttemptState.Stopped or AttemptState.Yielded => Ended(life, status, status.Reason),
            _ => new(JobSignal.AttemptUnknown, $"attempt {life.Attempt} is not started yet", [], null),
        };
    }

    private static JobInput Ended(JobLife life, CoordinatorStatus status, string reason)
    {
        int step = status.Attempt == life.Attempt ? status.Step : life.Step;
        return step <= life.BestStep && life.FruitlessAttempts + 1 >= FruitlessAttemptsLimit
            ? new(JobSignal.AttemptsExhausted,
                $"{FruitlessAttemptsLimit} attempts came no further than step {life.BestStep}; the last one: {reason}", [], status)
            : new(JobSignal.AttemptLost, reason, [], status);
    }
}
