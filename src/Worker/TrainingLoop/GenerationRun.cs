using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Collectives;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Splits;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Evaluation;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Ledger;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// A run's part in one generation: brings all members to the start step, then trains the prepared job together with them, to the
/// last step or to a common boundary. Owns what belongs to the group; what outlives the group is the job's.
/// </summary>
internal sealed class GenerationRun : IDisposable
{
    private readonly Assignment assignment;
    private readonly PreparedJob job;
    private readonly JobSpec spec;
    private readonly RunCheckpoints checkpoints;
    private readonly IRunObserver observer;
    private readonly RunOrders orders;
    private readonly CollectiveGroup group;
    private readonly TaskEvaluation task;
    private readonly IUpdateStrategy strategy;
    private readonly StepLoop steps;
    private readonly Func<int, bool, Action, double?> evaluate;
    private readonly RunPace pace = new();

    /// <summary>Joined already; the group stays the caller's.</summary>
    public GenerationRun(Assignment assignment, PreparedJob job, CollectiveGroup group, RunOrders orders, IRunObserver observer)
    {
        (this.assignment, this.job, this.group, this.orders, this.observer) = (assignment, job, group, orders, observer);
        spec = job.Spec;
        checkpoints = job.CheckpointsOf(assignment, observer);
        strategy = spec.Train.Strategy == "parameterServer"
            ? new ParameterServerStrategy(group, job, orders)
            : new AllReduceStrategy(group, job.Layout, job.Parameters, job.Optimizer);
        steps = new StepLoop(spec, group, job.Model, job.Layout, job.Train, job.Plan, strategy, orders.Pass, job.Carried,
            new ReportExchange(group, observer.Ledger, assignment.Replicas), (report, outcome) => observer.Ledger.Prepare(EntryOf(report, outcome)));
        var stateless = new Evaluator(group, job.Model, job.Validation, spec.Evaluate);
        var tracks = job.Carried is null ? null : new TrackEvaluator(group, job.Model, (TextSplit)job.Validation);
        evaluate = (step, isLast, mayGoOn) => tracks is null
            ? stateless.Evaluate(step, isLast, mayGoOn)
            : tracks.Evaluate(step, spec.Evaluate.BatchSize, isLast ? 0 : spec.Evaluate.Batches, mayGoOn);
        task = new TaskEvaluation(group, job, spec.Evaluate);
    }

    public void Dispose() => steps.Dispose();

    /// <summary>Trains until the job is done or all members stop.</summary>
    /// <returns>What it came to; null when the members stopped for another generation.</returns>
    public RunOutcome? Train()
    {
        MeetAtStart();

        // The generation before may have been lost between a step and what follows it. Doing that again changes nothing.
        var boundary = assignment is { Generation: > 1, StartStep: > 0 } ? Settle(isStopWished: false) : Boundary.None;
        while (boundary == Boundary.None && job.Progress.Step < spec.Train.Steps)
        {
            orders.ThrowIfInterrupted();
            boundary = RunStep(job.Progress.Step + 1);
        }

        return boundary switch
        {
            Boundary.Yield => new RunOutcome(null, "", Retryable: true) { HasYielded = true },
            Boundary.Regroup => null,
            _ => Finish(),
        };
    }

    private LedgerPlace PlaceOf(int step, int part) => new(assignment.Attempt, assignment.Generation, step, part);

    private LedgerEntry EntryOf(StepReport report, StepOutcome outcome) =>
        new() { Place = PlaceOf(report.Step, part: 0), Report = report, Metrics = RunMetrics.OfJob(report.Step, outcome, steps) };

    private IEnumerable<ReplicaReport> OwnOf(StepReport report) => report.Replicas.Skip(group.Plan.Replicas.First).Take(group.Plan.Replicas.Count);

    private static bool IsDue(int everySteps, int step) => everySteps > 0 && step % everySteps == 0;

    private Boundary RunStep(int step)
    {
        var outcome = steps.Run(step, orders.Wish != Boundary.None, out var report);
        job.Progress.Complete(step, outcome.LossSum, outcome.Targets, steps.Clock.TotalMs / 1000);
        FaultPoints.At(FaultPoint.Completed, step);
        observer.Ledger.Add(EntryOf(report, outcome));
        observer.Metrics(assignment, RunMetrics.OfWorker(assignment.Rank, step, steps.Clock));
        pace.Add(steps.Clock.TotalMs, steps.Clock.ComputeMs, OwnOf(report).Count(replica => replica.Samples > 0));
        observer.Pace(pace.ReplicaMs);
        group.StallBound = RunSetup.StallBoundOf(spec, pace.Step);
        observer.Progress(MemberPhase.Training, step);
        return Settle(outcome.IsStopWished);
    }

    /// <summary>What follows a step: evaluation, checkpoint, a stop. Collective: every member is at the same step.</summary>
    private Boundary Settle(bool isStopWished)
    {
        var step = job.Progress.Step;
        var isLast = step == spec.Train.Steps;
        if (isLast || IsDue(spec.Evaluate.EverySteps, step))
        {
            EvaluateLoss(step, isLast);
        }

        // In the last step a wish is passed over: the job is done.
        var boundary = isStopWished && !isLast ? AgreeOnBoundary(step) : Boundary.None;
        if (!isLast && (boundary == Boundary.Yield || IsDue(spec.Train.CheckpointEverySteps, step)))
        {
            WriteCheckpoint(step, isLast: boundary == Boundary.Yield);
        }
        else if (boundary == Boundary.Regroup)
        {
            strategy.GatherState(step);
        }

        if (!isLast && boundary == Boundary.None)
        {
            observer.Progress(MemberPhase.Training, step);
        }

        return boundary;
    }

    private void EvaluateLoss(int step, bool isLast)
    {
        if (Evaluate(step, mayGoOn => evaluate(step, isLast, mayGoOn)) is { } loss)
        {
            job.Progress.Evaluated(loss);
            observer.Ledger.Add(new LedgerEntry { Place = PlaceOf(step, part: 1), Metrics = [new MetricPoint(step, "validation/loss", loss)] });
        }
    }

    // With the mean of the weights, where the job keeps one.
    private T Evaluate<T>(int step, Func<Action, T> evaluate)
    {
        observer.Progress(MemberPhase.Evaluating, step);
        void MayGoOn()
        {
            FaultPoints.At(FaultPoint.Evaluation, step);
            GoOn();
        }

        if (job.Average is not { } average)
        {
            return evaluate(MayGoOn);
        }

        strategy.GatherState(step);
        job.Parameters.CopyToModel(average.Mean);
        try
        {
            return evaluate(MayGoOn);
        }
        finally
        {
            // Also when a peer was lost meanwhile: the run goes on.
            job.Parameters.CopyToModel();
        }
    }

    private IReadOnlyList<JobScore> TaskScores()
    {
        var (step, loss) = (spec.Train.Steps, job.Progress.Summary!.ValidationLoss);
        return task.AsksTheModel
            ? Evaluate(step, mayGoOn => task.Scores(step, loss, mayGoOn))
            : task.Scores(step, loss, GoOn);
    }

    // Between two pieces of a longer work, for which the others may wait.
    private void GoOn()
    {
        orders.ThrowIfInterrupted();
        group.TellWorking();
    }

    private ReachedStep Reached => new(job.Progress.Step, job.Progress.Summary!, job.Progress.EvaluatedLoss, observer.Ledger.Kept);

    // One that nothing follows is written before this returns; the others while training goes on.
    private void WriteCheckpoint(int step, bool isLast)
    {
        observer.Progress(MemberPhase.Saving, step);
        strategy.GatherState(step);
        if (assignment.Rank > 0)
        {
            return;
        }

        if (isLast)
        {
            checkpoints.WriteLast(Reached, GoOn, Pause);
        }
        else
        {
            checkpoints.Begin(Reached, GoOn);
        }
    }

    private void Pause(TimeSpan span)
    {
        orders.Interrupted.WaitHandle.WaitOne(span);
        orders.ThrowIfInterrupted();
    }

    private RunOutcome Finish()
    {
        var scores = TaskScores();
        observer.Progress(MemberPhase.Saving, spec.Train.Steps);
        strategy.GatherState(spec.Train.Steps);
        return new RunOutcome(checkpoints.Finish(Reached, GoOn, Pause) with { Scores = scores }, "", Retryable: false);
    }

    // Members hear of different wishes at different times; that somebody has one is known to all since the step's sum.
    private Boundary AgreeOnBoundary(int step)
    {
        var wishes = Share(step, (byte)orders.Wish);
        return (Boundary)wishes.Max();
    }

    private void MeetAtStart()
    {
        var held = Share(assignment.StartStep, job.Progress.Step);
        if (held[assignment.Source] != assignment.StartStep)
        {
            throw new InvalidOperationException(
                $"rank {assignment.Source} shall give the state of step {assignment.StartStep}, and holds that of step {held[assignment.Source]}");
        }

        // Chunks, and with them the parts of the state, are others than in the generation before.
        if (strategy.GatherState(assignment.StartStep))
        {
            observer.Log($"the parts of the optimizer's state of step {assignment.StartStep} were brought together");
            RequireEqualStates();
        }

        // Unlike libraries draw unlike initial weights: those of one member count.
        var isUnlike = spec.Numerics == Numerics.Any && assignment.StartStep == 0;
        bool Takes(int rank) => held[rank] != assignment.StartStep || (isUnlike && rank != assignment.Source);
        if (Enumerable.Range(0, group.Workers).Count(Takes) is > 0 and var takers)
        {
            var isBehind = Takes(group.Rank);
            new StateTransfer(group, job, observer.Ledger, assignment.Source).Run(assignment.StartStep, isBehind, orders.Pass);
            observer.Log(isBehind
                ? $"took over the state of step {assignment.StartStep} from rank {assignment.Source}"
                : $"{takers} members took over the state of step {assignment.StartStep} from rank {assignment.Source}");
        }

        RequireEqualStart();
    }

    private T[] Share<T>(int step, T own)
        where T : unmanaged
    {
        var all = new T[group.Workers];
        for (var root = 0; root < all.Length; root++)
        {
            all[root] = own;
            group.Broadcast(step, root, MemoryMarshal.AsBytes(all.AsSpan(root, 1)));
        }

        return all;
    }

    // Who holds no state gets it afterwards; the source's counts.
    private void RequireEqualStates()
    {
        var own = job.Progress.Step == assignment.StartStep ? Convert.FromHexString(job.State.StateHash(job.State.Buffers)) : [];
        var sources = own.Length > 0 ? own.ToArray() : new byte[SHA256.HashSizeInBytes];
        group.Broadcast(assignment.StartStep, assignment.Source, sources);
        if (own.Length > 0 && !own.AsSpan().SequenceEqual(sources))
        {
            throw new StateTransferException(
                $"rank {group.Rank} has put together state {Convert.ToHexStringLower(own)} of step {assignment.StartStep}; rank {assignment.Source} has {Convert.ToHexStringLower(sources)}");
        }
    }

    // Equal seeds give equal weights only with equal libraries: better to say so now than after a day of training.
    private void RequireEqualStart()
    {
        var own = job.Parameters.Hash();
        var first = own.ToArray();
        group.Broadcast(assignment.StartStep, 0, first);
        if (!own.AsSpan().SequenceEqual(first))
        {
            throw new InvalidOperationException(assignment.StartStep == 0
                ? $"rank {group.Rank} starts from other weights than rank 0, from the same seed: the two workers' numerical libraries differ (seqcluster workers shows their fingerprints)"
                : $"rank {group.Rank} has other weights of step {assignment.StartStep} than rank 0");
        }
    }
}
