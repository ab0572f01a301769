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
/// and connections. Only <see cref="Abort"/> may be called from another thread.
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

    /// <summary>Runs to the end. Engine thread.</summary>
    public RunOutcome Run()
    {
        try
        {
            return new RunOutcome(Train(), "", Retryable: false);
        }
        catch (Exception) when (aborted.IsCancellationRequested)
        {
            return new RunOutcome(null, $"stopped: {abortReason}", Retryable: true);
        }
        catch (Exception fault) when (fault is PeerLostException or CollectiveAbortedException)
        {
            return new RunOutcome(null, fault.Message, Retryable: true);
        }
        catch (Exception fault)
        {
            // Anything else would happen again on the same input. The job fails with the reason; the worker lives on.
            return new RunOutcome(null, $"{fault.GetType().Name}: {fault.Message}", Retryable: false);
        }
    }

    public void Dispose() => aborted.Dispose();

    private JobResult Train()
    {
        observer.Progress(MemberPhase.Preparing, 0);
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

        observer.Progress(MemberPhase.Connecting, 0);
        using var joined = Join(layout);
        RequireEqualStart(joined, parameters);
        var optimizer = FlatOptimizer.Create(spec.Train.Optimizer, layout.Elements);
        IUpdateStrategy strategy = spec.Train.Strategy == "parameterServer"
            ? new ParameterServerStrategy(joined, layout, parameters, optimizer)
            : new AllReduceStrategy(joined, layout, parameters, optimizer);
        var steps = new StepLoop(spec, joined, model, layout, trainTokens, PlanOf(manifest, model.Block), strategy);
        var evaluator = new Evaluator(joined, model, validationTokens, spec.Evaluate);
        var summary = TrainSteps(steps, evaluator);

        observer.Progress(MemberPhase.Saving, spec.Train.Steps);
        strategy.GatherState(spec.Train.Steps);
        return FinalCheckpoint.Save(assignment, spec, manifest, layout, parameters, optimizer, summary);
    }

    private RunSummary TrainSteps(StepLoop steps, Evaluator evaluator)
    {
        var (targets, seconds) = (0L, 0.0);
        for (var step = 1; ; step++)
        {
            aborted.Token.ThrowIfCancellationRequested();
            var outcome = steps.Run(step, out var report);
            targets += outcome.Targets;
            seconds += steps.Clock.TotalMs / 1000;
            var isLast = step == spec.Train.Steps;
            var validation = isLast || (spec.Evaluate.EverySteps > 0 && step % spec.Evaluate.EverySteps == 0)
                ? Evaluate(evaluator, step, isLast)
                : null;
            observer.Step(report, RunMetrics.Of(assignment.Rank, step, outcome, steps, validation));
            observer.Progress(MemberPhase.Training, step);
            if (isLast)
            {
                return new RunSummary(outcome.LossSum / outcome.Targets, validation, targets / seconds);
            }
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
