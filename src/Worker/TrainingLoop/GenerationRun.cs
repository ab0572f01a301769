using SeqCluster.Collectives;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Splits;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Evaluation;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// A run's part in one generation: trains the prepared job together with the group's members, from the generation's start step
/// to the last one or to a common boundary. Owns what belongs to the group; what outlives the group is the job's.
/// </summary>
internal sealed class GenerationRun : IDisposable
{
    private readonly Assignment assignment;
    private readonly JobSpec spec;
    private readonly RunCheckpoints checkpoints;
    private readonly IRunObserver observer;
    private readonly RunOrders orders;
    private readonly CollectiveGroup group;
    private readonly FlatParameters parameters;
    private readonly AveragingOptimizer? average;
    private readonly TaskEvaluation task;
    private readonly IUpdateStrategy strategy;
    private readonly StepLoop steps;
    private readonly Func<int, bool, double?> evaluate;

    /// <summary>Joined already; the group stays the caller's.</summary>
    public GenerationRun(
        Assignment assignment, PreparedJob job, CollectiveGroup group, RunCheckpoints checkpoints, RunOrders orders, IRunObserver observer)
    {
        (this.assignment, this.group, this.checkpoints, this.orders, this.observer) = (assignment, group, checkpoints, orders, observer);
        spec = job.Spec;
        parameters = job.Parameters;
        average = job.Average;
        strategy = spec.Train.Strategy == "parameterServer"
            ? new ParameterServerStrategy(group, job.Layout, job.Parameters, job.Optimizer)
            : new AllReduceStrategy(group, job.Layout, job.Parameters, job.Optimizer);
        steps = new StepLoop(spec, group, job.Model, job.Layout, job.Train, job.Plan, strategy, job.Carried);
        var stateless = new Evaluator(group, job.Model, job.Validation, spec.Evaluate);
        var tracks = job.Carried is null ? null : new TrackEvaluator(group, job.Model, (TextSplit)job.Validation);
        evaluate = (step, isLast) => tracks is null
            ? stateless.Evaluate(step, isLast, orders.ThrowIfAborted)
            : tracks.Evaluate(step, spec.Evaluate.BatchSize, isLast ? 0 : spec.Evaluate.Batches, orders.ThrowIfAborted);
        task = new TaskEvaluation(group, job, spec.Evaluate);
    }

    public void Dispose() => steps.Dispose();

    /// <summary>Trains to the end.</summary>
    /// <param name="resumed">What the run had come to before; null when it begins anew.</param>
    /// <returns>null when all members stopped because they were asked to.</returns>
    public JobResult? Train(RunSummary? resumed)
    {
        RequireEqualStart();
        if (TrainSteps(resumed) is not { } summary)
        {
            return null;
        }

        var scores = TaskScoresOf(summary);
        observer.Progress(MemberPhase.Saving, spec.Train.Steps);
        strategy.GatherState(spec.Train.Steps);
        var result = checkpoints.Finish(summary, out var written) with { Scores = scores };
        if (written is not null)
        {
            observer.Checkpoint(written);
        }

        return result;
    }

    // null when it yielded. Speed counts from where the attempt began; everything else does not know of attempts.
    private RunSummary? TrainSteps(RunSummary? resumed)
    {
        var (targets, seconds) = (0L, 0.0);
        var summary = resumed;
        for (var step = assignment.StartStep + 1; step <= spec.Train.Steps; step++)
        {
            orders.ThrowIfAborted();
            var outcome = steps.Run(step, orders.IsAskedToYield, out var report);
            targets += outcome.Targets;
            seconds += steps.Clock.TotalMs / 1000;
            var isLast = step == spec.Train.Steps;
            var validation = isLast || IsDue(spec.Evaluate.EverySteps, step)
                ? Evaluate(step, _ => evaluate(step, isLast))
                : null;
            observer.Step(report, RunMetrics.Of(assignment.Rank, step, outcome, steps, validation));
            observer.Progress(MemberPhase.Training, step);
            summary = new RunSummary(outcome.LossSum / outcome.Targets, validation ?? summary?.ValidationLoss, targets / seconds);
            if (!isLast && (outcome.IsYieldWished || IsDue(spec.Train.CheckpointEverySteps, step)))
            {
                WriteCheckpoint(step, summary);
                if (outcome.IsYieldWished)
                {
                    return null;
                }

                observer.Progress(MemberPhase.Training, step);
            }
        }

        return summary;
    }

    private static bool IsDue(int everySteps, int step) => everySteps > 0 && step % everySteps == 0;

    private void WriteCheckpoint(int step, RunSummary summary)
    {
        observer.Progress(MemberPhase.Saving, step);
        strategy.GatherState(step);
        if (assignment.Rank == 0)
        {
            observer.Checkpoint(checkpoints.Write(step, summary));
        }
    }

    // With the mean of the weights, where the job keeps one.
    private T Evaluate<T>(int step, Func<Action, T> evaluate)
    {
        observer.Progress(MemberPhase.Evaluating, step);
        if (average is null)
        {
            return evaluate(orders.ThrowIfAborted);
        }

        strategy.GatherState(step);
        parameters.CopyToModel(average.Mean);
        try
        {
            return evaluate(orders.ThrowIfAborted);
        }
        finally
        {
            // Also when a peer was lost meanwhile: the run may go on.
            parameters.CopyToModel();
        }
    }

    private IReadOnlyList<JobScore> TaskScoresOf(RunSummary summary) => task.Decodes
        ? Evaluate(spec.Train.Steps, mayGoOn => task.Scores(spec.Train.Steps, summary.ValidationLoss, mayGoOn))
        : task.Scores(spec.Train.Steps, summary.ValidationLoss, orders.ThrowIfAborted);

    // Equal seeds give equal weights only with equal libraries: better to say so now than after a day of training.
    private void RequireEqualStart()
    {
        var own = parameters.Hash();
        var first = own.ToArray();
        group.Broadcast(0, 0, first);
        if (!own.AsSpan().SequenceEqual(first))
        {
            throw new InvalidOperationException(
                $"rank {group.Rank} starts from other weights than rank 0, from the same seed: the two workers' numerical libraries differ (seqcluster workers shows their fingerprints)");
        }
    }
}
