using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Models;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.Optimization;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// One step of training (design §6): for each hosted replica, in replica order, reseed, forward, backward on the summed
/// loss; then the tree sum over all replicas, one division by the global count, clipping, the update. Nothing in it depends
/// on which worker hosts which replica.
/// </summary>
internal sealed class StepLoop(
    JobSpec spec,
    CollectiveGroup group,
    TrainableModel model,
    ParameterLayout layout,
    DataSplit data,
    ISamplingPlan plan,
    IUpdateStrategy strategy,
    Action<int> pass,
    ReplicaState? carried,
    ReportExchange reports,
    Action<StepReport, StepOutcome> prepared) : IDisposable
{
    private readonly ReplicaGradients gradients = new(group, layout, strategy);
    private readonly FiniteLoss finite = new(group);

    /// <summary>How the last step's time was spent.</summary>
    public StepClock Clock { get; } = new();

    /// <summary>Learning rate of the last step.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Runs one step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="wishesToStop">Whether this member has been asked to stop at a step boundary; the outcome says when all do.</param>
    /// <param name="report">What all replicas consumed.</param>
    public StepOutcome Run(int step, bool wishesToStop, out StepReport report)
    {
        Clock.Start();
        model.train();
        model.TrainingStep = step;
        var planned = plan[step];
        finite.Begin();
        foreach (var bucket in group.Buckets)
        {
            bucket.Open(step);
        }

        var replicas = new List<ReplicaReport>(group.Plan.Replicas.Count);
        for (var replica = group.Plan.Replicas.First; replica < group.Plan.Replicas.Last; replica++)
        {
            FaultPoints.At(FaultPoint.Data, step);
            var batch = data.Read(FaultPoints.Due(planned.Replicas[replica]));
            Clock.EndData();
            AddReplica(planned, replica, batch, wishesToStop && replica == group.Plan.Replicas.First);
            replicas.Add(new ReplicaReport(replica, batch.Samples, batch.Digest));
        }

        LearningRate = LearningRateSchedule.At(spec.Train, model.Width, step);
        var clip = new GradientClip(spec.Train.ClipNorm, spec.Train.ClipValue);
        StepReport? consumed = null;
        void Reduced(StepOutcome reduced)
        {
            finite.Require(step, reduced, planned);

            // Both are part of what must have arrived before the step counts.
            carried?.Exchange(group, step);
            consumed = new StepReport { Step = step, Epoch = planned.Epoch, Replicas = reports.Run(step, replicas) };
            Clock.EndExchange();
            prepared(consumed, reduced);
        }

        var outcome = strategy.CompleteAndUpdate(step, LearningRate, clip, Reduced, pass);
        report = consumed!;
        carried?.Advance();
        Clock.EndExchange();
        return outcome;
    }

    public void Dispose() => gradients.Dispose();

    private void AddReplica(PlannedStep planned, int replica, SequenceBatch batch, bool carriesWish)
    {
        gradients.Begin(isLast: replica == group.Plan.Replicas.Last - 1, Carry(default, carriesWish));
        if (batch.Samples > 0)
        {
            ForwardAndBackward(planned, replica, batch, carriesWish);
        }

        gradients.End(planned.Step);
        group.TellWorking();
        Clock.EndBackward();
    }

    private static SideValues Carry(SideValues sides, bool carriesWish) => carriesWish ? StopWish.Carry(sides) : sides;

    private void ForwardAndBackward(PlannedStep planned, int replica, SequenceBatch batch, bool carriesWish)
    {
        using var scope = NewDisposeScope();
        manual_seed(SeedDerivation.DeriveTorchSeed(spec.Seed, RandomPurpose.Dropout, planned.Step, replica));
        FaultPoints.At(FaultPoint.Forward, planned.Step);
        var (loss, targets) = SummedLoss(planned, replica, batch);
        var lossSum = loss.item<float>();
        finite.Tell(replica, lossSum);
        Clock.EndForward();
        gradients.Backward(loss, Carry(new SideValues(targets, lossSum), carriesWish));
    }

    private (Tensor Loss, long Targets) SummedLoss(PlannedStep planned, int replica, SequenceBatch batch)
    {
        if (carried is null)
        {
            return model.SummedLoss(batch);
        }

        var (loss, targets, state) = ((ICarriesState)model).SummedLoss(batch, carried.Of(replica, planned));
        carried.Keep(replica, state);
        return (loss, targets);
    }
}
