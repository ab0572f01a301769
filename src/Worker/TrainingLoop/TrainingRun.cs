using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Models;
using SeqCluster.TorchExtras;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Evaluation;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// One worker's part in one generation of a job, from an assignment to a result. Owns model, data and group while it runs;
/// lives on one dedicated thread, because LibTorch's gradient mode and generators belong to a thread. Knows nothing of silos
/// and connections. Only <see cref="Abort"/> and <see cref="Yield"/> may be called from another thread.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly Assignment assignment;
    private readonly JobSpec spec;
    private readonly IRunObserver observer;
    private readonly GroupListener listener;
    private readonly Device device;
    private readonly CancellationTokenSource aborted = new();
    private readonly Lock gate = new();
    private CollectiveGroup? group;
    private string abortReason = "";
    private volatile bool isAskedToYield;

    public TrainingRun(Assignment assignment, GroupListener listener, Device device, IRunObserver observer)
    {
        this.assignment = assignment;
        this.listener = listener;
        this.device = device;
        this.observer = observer;
        spec = RunSetup.SpecOf(assignment);
    }

    /// <summary>Ends the run soon, whatever it waits for. Any thread.</summary>
    public void Abort(string reason)
    {
        lock (gate)
        {
            abortReason = abortReason.Length > 0 ? abortReason : reason;
            aborted.Cancel();
            group?.Abort(reason);
        }
    }

    /// <summary>Asks all members to stop, with a checkpoint, at the boundary of the step that they agree upon. Any thread.</summary>
    public void Yield() => isAskedToYield = true;

    /// <summary>Runs to the end. Engine thread.</summary>
    public RunOutcome Run()
    {
        try
        {
            return Train() is { } result
                ? new RunOutcome(result, "", Retryable: false)
                : new RunOutcome(null, "", Retryable: true) { HasYielded = true };
        }
        catch (Exception) when (aborted.IsCancellationRequested)
        {
            return new RunOutcome(null, $"stopped: {abortReason}", Retryable: true);
        }
        catch (Exception fault) when (fault is PeerLostException or CollectiveAbortedException)
        {
            return new RunOutcome(null, fault.Message, Retryable: true);
        }
        catch (DamagedCheckpointException fault)
        {
            // Another attempt begins from an earlier one.
            return new RunOutcome(null, fault.Message, Retryable: true) { DamagedCheckpoint = fault.Reference };
        }
        catch (Exception fault)
        {
            // Anything else would happen again on the same input. The job fails with the reason; the worker lives on.
            return new RunOutcome(null, $"{fault.GetType().Name}: {fault.Message}", Retryable: false);
        }
    }

    public void Dispose() => aborted.Dispose();

    // null when it yielded.
    private JobResult? Train()
    {
        observer.Progress(MemberPhase.Preparing, assignment.StartStep);
        set_num_threads(spec.Train.Threads);
        BlasThreads.TrySet(spec.Train.Threads);
        var manifest = DatasetManifest.Read(spec.Data.ManifestPath, spec.Data.ManifestSha256);
        var folder = Path.GetDirectoryName(spec.Data.ManifestPath)!;
        using var trainTokens = new TokenStream(folder, manifest.Train);
        using var validationTokens = new TokenStream(folder, manifest.Validation);
        manual_seed(SeedDerivation.DeriveTorchSeed(spec.Seed, RandomPurpose.Initialization));
        using var model = ModelCatalog.Create(spec.Model.Kind, spec.Model.SettingsJson, manifest.VocabularySize);
        model.to(device);
        var layout = new ParameterLayout(model);
        var parameters = new FlatParameters(layout);
        observer.Log($"{spec.Model.Kind} with {layout.Elements:N0} parameters; {manifest.Train.Sum(shard => shard.Tokens):N0} tokens to train on, {manifest.VocabularySize} different");

        var optimizer = FlatOptimizer.Create(spec.Train.Optimizer, layout.Elements);
        var checkpoints = new RunCheckpoints(assignment, spec, manifest, layout, parameters, optimizer);
        var resumed = checkpoints.Restore();

        observer.Progress(MemberPhase.Connecting, assignment.StartStep);
        using var joined = Join(layout);
        RequireEqualStart(joined, parameters);
        IUpdateStrategy strategy = spec.Train.Strategy == "parameterServer"
            ? new ParameterServerStrategy(joined, layout, parameters, optimizer)
            : new AllReduceStrategy(joined, layout, parameters, optimizer);
        using var steps = new StepLoop(spec, joined, model, layout, trainTokens, PlanOf(manifest, model.Block), strategy);
        var evaluator = new Evaluator(joined, model, validationTokens, spec.Evaluate);
        if (TrainSteps(steps, evaluator, strategy, checkpoints, resumed) is not { } summary)
        {
            return null;
        }

        observer.Progress(MemberPhase.Saving, spec.Train.Steps);
        strategy.GatherState(spec.Train.Steps);
        var result = checkpoints.Finish(summary, out var written);
        if (written is not null)
        {
            observer.Checkpoint(written);
        }

        return result;
    }

    // null when it yielded. Speed counts from where the attempt began; everything else does not know of attempts.
    private RunSummary? TrainSteps(
        StepLoop steps, Evaluator evaluator, IUpdateStrategy strategy, RunCheckpoints checkpoints, RunSummary? resumed)
    {
        var (targets, seconds) = (0L, 0.0);
        var summary = resumed;
        for (var step = assignment.StartStep + 1; step <= spec.Train.Steps; step++)
        {
            aborted.Token.ThrowIfCancellationRequested();
            var outcome = steps.Run(step, isAskedToYield, out var report);
            targets += outcome.Targets;
            seconds += steps.Clock.TotalMs / 1000;
            var isLast = step == spec.Train.Steps;
            var validation = isLast || IsDue(spec.Evaluate.EverySteps, step) ? Evaluate(evaluator, step, isLast) : null;
            observer.Step(report, RunMetrics.Of(assignment.Rank, step, outcome, steps, validation));
            observer.Progress(MemberPhase.Training, step);
            summary = new RunSummary(outcome.LossSum / outcome.Targets, validation ?? summary?.ValidationLoss, targets / seconds);
            if (!isLast && (outcome.IsYieldWished || IsDue(spec.Train.CheckpointEverySteps, step)))
            {
                WriteCheckpoint(step, summary, strategy, checkpoints);
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

    private void WriteCheckpoint(int step, RunSummary summary, IUpdateStrategy strategy, RunCheckpoints checkpoints)
    {
        observer.Progress(MemberPhase.Saving, step);
        strategy.GatherState(step);
        if (assignment.Rank == 0)
        {
            observer.Checkpoint(checkpoints.Write(step, summary));
        }
    }

    private double? Evaluate(Evaluator evaluator, int step, bool isLast)
    {
        observer.Progress(MemberPhase.Evaluating, step);
        return evaluator.Evaluate(step, isLast, aborted.Token.ThrowIfCancellationRequested);
    }

    private ISamplingPlan PlanOf(DatasetManifest manifest, int block) => spec.Train.Sampling == "withReplacement"
        ? new ReplacementSamplingPlan(manifest.Train.Sum(shard => shard.Tokens), block, spec.Train.MicroBatch, assignment.Replicas, spec.Seed)
        : new EpochSamplingPlan(manifest.Train, block, spec.Train.MicroBatch, assignment.Replicas, spec.Seed);

    private CollectiveGroup Join(ParameterLayout layout)
    {
        var joined = CollectiveGroup.Join(RunSetup.OptionsOf(assignment, spec, layout), listener, aborted.Token);
        lock (gate)
        {
            group = joined;
            if (aborted.IsCancellationRequested)
            {
                joined.Abort(abortReason);
            }
        }

        return joined;
    }

    // Equal seeds give equal weights only with equal libraries: better to say so now than after a day of training.
    private static void RequireEqualStart(CollectiveGroup group, FlatParameters parameters)
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
