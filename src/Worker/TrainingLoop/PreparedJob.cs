using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Models;
using SeqCluster.Models.Own;
using SeqCluster.TorchExtras;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.Pinning;
using SeqCluster.Worker.ShardReading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// What a run owns for as long as it lasts, whichever generation it is in: data, model, weights, optimizer state. Generations
/// and their groups come and go; this stays. Knows nothing of members. Engine thread only.
/// </summary>
internal sealed class PreparedJob : IDisposable
{
    /// <summary>The step of a member that holds no state of the job.</summary>
    public const int NoState = -1;

    private readonly Func<Assignment, CheckpointStore> storeOf;

    /// <summary>Opens the data, and builds the model with its initial weights.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="dataset">Its data, whole and verified; stays the caller's.</param>
    /// <param name="replicas">R: the plan of the samples follows from it.</param>
    /// <param name="device">Where the model lives.</param>
    /// <param name="allowed">Assemblies that it may be loaded from; null for none.</param>
    /// <param name="storeOf">Where the checkpoints of a generation's attempt are.</param>
    /// <param name="begin">Gives the new model other weights than random ones; null: these count, or will be overwritten.</param>
    public PreparedJob(
        JobSpec spec, DatasetLease dataset, int replicas, Device device, AllowedAssemblies? allowed, Func<Assignment, CheckpointStore> storeOf,
        Action<TrainableModel>? begin = null)
    {
        Spec = spec;
        this.storeOf = storeOf;
        if (spec.Numerics == Numerics.Portable && PortableNumerics.Fault() is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        set_num_threads(spec.Train.Threads);
        BlasThreads.TrySet(spec.Train.Threads);
        Manifest = dataset.Manifest;
        manual_seed(SeedDerivation.DeriveTorchSeed(spec.Seed, RandomPurpose.Initialization));
        Model = ModelCatalog.Create(spec.Model.Kind, spec.Model.SettingsJson, Manifest.Data, allowed);
        begin?.Invoke(Model);
        Model.MoveTo(device);
        Train = DataSplit.Open(dataset.Folder, Manifest.Data, Manifest.Train, Model.Block);
        Validation = DataSplit.Open(dataset.Folder, Manifest.Data, Manifest.Validation, Model.Block);
        Test = Manifest.Test is { } test ? DataSplit.Open(dataset.Folder, Manifest.Data, test, Model.Block) : Validation;
        Layout = new ParameterLayout(Model);
        Parameters = new FlatParameters(Layout);
        Optimizer = FlatOptimizer.Create(spec.Train.Optimizer, Layout.Elements);
        if (spec.Train.Ema > 0)
        {
            Optimizer = Average = new AveragingOptimizer(Optimizer, Parameters.Weights, spec.Train.Ema);
        }

        Plan = Train.Plan(RunSetup.SamplingOf(spec, replicas));
        if (spec.Train.Sampling == SamplingOptions.Tracks)
        {
            Carried = Model is ICarriesState carrying
                ? new ReplicaState(carrying, device, replicas, spec.Train.MicroBatch)
                : throw new ArgumentException($"train.sampling = tracks: {spec.Model.Kind} carries no state from one block to the next: use epoch or withReplacement");
        }

        State = new TrainingState(Layout, Parameters, Optimizer, Carried);
        Writer = new CheckpointWriter(State);
    }

    public JobSpec Spec { get; }

    public DatasetManifest Manifest { get; }

    public DataSplit Train { get; }

    public DataSplit Validation { get; }

    /// <summary>What is decoded or evaluated in the end: the part that is there for it, or what is held out.</summary>
    public DataSplit Test { get; }

    public TrainableModel Model { get; }

    public ParameterLayout Layout { get; }

    /// <summary>The weights.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The update rule with its state.</summary>
    public FlatOptimizer Optimizer { get; }

    /// <summary>The running mean of the weights, as part of <see cref="Optimizer"/>; null when the job keeps none.</summary>
    public AveragingOptimizer? Average { get; }

    /// <summary>What replicas carry from step to step; null for a job whose rows begin anew.</summary>
    public ReplicaState? Carried { get; }

    /// <summary>All that a step hands to the next.</summary>
    public TrainingState State { get; }

    /// <summary>Writes its checkpoints while it trains.</summary>
    public CheckpointWriter Writer { get; }

    /// <summary>Which samples each replica takes in each step.</summary>
    public ISamplingPlan Plan { get; }

    /// <summary>Which parts of the optimizer's state this member holds at the step where it is.</summary>
    public StateParts Parts { get; set; } = StateParts.Whole;

    /// <summary>A step that is prepared, where members share the state out.</summary>
    public OpenStep Open { get; } = new();

    /// <summary>How far it is.</summary>
    public RunProgress Progress { get; } = new();

    /// <summary>The checkpoints of an attempt, as a generation of it reads and writes them.</summary>
    public RunCheckpoints CheckpointsOf(Assignment assignment, IRunObserver observer) =>
        new(assignment, storeOf(assignment), Spec, Manifest, State, Writer, observer);

    /// <summary>The open step counts: the model has its weights.</summary>
    public void Keep()
    {
        Open.Keep();
        Parts = Open.Parts;
        Parameters.CopyToModel();
    }

    /// <summary>
    /// A generation begins at a step. Where this member has prepared just that one, the others have completed it before they left: it counts
    /// here as well. A step that is open otherwise does not.
    /// </summary>
    public void Settle(int startStep)
    {
        if (Open.Step != startStep)
        {
            Open.Undo();
            return;
        }

        Keep();
        Carried?.Advance();
        Progress.TakeOver(startStep, new RunSummary(
            Open.Outcome.LossSum / Open.Outcome.Targets, Progress.Summary?.ValidationLoss, Progress.Summary?.TokensPerSecond ?? 0));
    }

    public void Dispose()
    {
        Writer.Dispose();
        Parameters.Dispose();
        Model.Dispose();
        if (Test != Validation)
        {
            Test.Dispose();
        }

        Validation.Dispose();
        Train.Dispose();
    }
}
