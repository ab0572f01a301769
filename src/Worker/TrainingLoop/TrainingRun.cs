using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Models;
using SeqCluster.Models.Own;
using SeqCluster.Transfers;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.ShardReading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// One worker's part in an attempt of a job: prepares the job once, then takes part in one generation after the other, with the
/// state that it has. Lives on one dedicated thread, because LibTorch's gradient mode and generators belong to a thread. Knows
/// nothing of silos and connections. Only <see cref="Abort"/> and <see cref="Take"/> may be called from another thread.
/// </summary>
internal sealed class TrainingRun(
    Assignment first, GroupListener listener, Device device, WorkerFiles files, IRunObserver observer,
    AllowedAssemblies? allowed = null) : IDisposable
{
    private readonly JobSpec spec = RunSetup.SpecOf(first);
    private readonly RunOrders orders = new(first);

    /// <summary>Ends the run soon, whatever it waits for. Any thread.</summary>
    public void Abort(string reason) => orders.Abort(reason);

    /// <summary>Whether it was aborted: nobody waits for its outcome.</summary>
    public bool IsAborted => orders.IsAborted;

    /// <summary>
    /// Takes the silo's latest word: a later generation of the attempt, or a wish about the present one. Told to halt, the run
    /// answers at once, whatever its engine does. Any thread.
    /// </summary>
    public void Take(Assignment word)
    {
        if (orders.Take(word) is { } at)
        {
            observer.Halted(word, at, null, "");
        }
    }

    /// <summary>Halts without having been told to: the silo is away. Any thread.</summary>
    public void Park(Assignment held, string reason)
    {
        var word = held with { Halts = true };
        if (orders.Take(word) is { } at)
        {
            observer.Log(reason);
            observer.Halted(word, at, null, reason);
        }
    }

    /// <summary>Takes part until it is aborted or meets a fault that no other generation mends. Engine thread.</summary>
    public RunOutcome Run()
    {
        try
        {
            observer.Progress(MemberPhase.Preparing, first.OwnStep());
            using var dataset = OpenDataset();
            using var job = Prepare(dataset);
            while (true)
            {
                TakePart(orders.Next(), job);
            }
        }
        catch (Exception) when (orders.IsAborted)
        {
            return new RunOutcome(null, $"stopped: {orders.AbortReason}", Retryable: true);
        }
        catch (StateTransferException fault)
        {
            return new RunOutcome(null, fault.Message, Retryable: true);
        }
        catch (DamagedCheckpointException fault)
        {
            // Another attempt begins from an earlier one.
            return new RunOutcome(null, fault.Message, Retryable: true) { DamagedCheckpoint = fault.Reference };
        }
        catch (TransferException fault)
        {
            // What is damaged or refused stays so; a silo that is away and a disk that is full need not be there next time.
            return new RunOutcome(null, fault.Message, Retryable: fault.Kind is TransferFault.Unreachable or TransferFault.NoRoom);
        }
        catch (CheckpointFailedException fault)
        {
            // Somebody may make room.
            return new RunOutcome(null, fault.Message, Retryable: true);
        }
        catch (Exception fault)
        {
            // Anything else would happen again on the same input. The job fails with the reason; the worker lives on.
            return new RunOutcome(null, $"{fault.GetType().Name}: {fault.Message}", Retryable: false);
        }
    }

    public void Dispose() => orders.Dispose();

    private PreparedJob Prepare(DatasetLease dataset)
    {
        var job = new PreparedJob(
            spec, dataset, first.Replicas, device, allowed, generation => files.CheckpointsOf(generation, observer.Log, orders.Aborted),
            begin: first is { Joins: false, ResumeFrom: null } && spec.Start.Checkpoint.Length > 0 ? LoadStart : null);
        try
        {
            observer.Log($"{spec.Model.Kind} with {job.Layout.Elements:N0} parameters; {job.Train.Size} to train on");
            if (!first.Joins)
            {
                job.Progress.TakeOver(first.OwnStep(), job.CheckpointsOf(first, observer).Restore());
                job.Parameters.CopyToModel();
            }

            return job;
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }

    // Before its first step, and nobody else has its state.
    private void LoadStart(TrainableModel model)
    {
        var step = StartWeights.Load(model, spec.Start, files.CheckpointsOf(first, observer.Log, orders.Aborted).Fetch);
        observer.Log($"begins with the weights of {spec.Start.Checkpoint}, step {step}");
    }

    private void TakePart(Assignment assignment, PreparedJob job)
    {
        observer.Entered(assignment);
        if (assignment.Joins)
        {
            // What it may hold from before it was taken out is not asked for: it gets all from the source.
            job.Open.Undo();
            job.Progress.TakeOver(PreparedJob.NoState, null);
            job.Writer.Forget();
            orders.Reached(PreparedJob.NoState);
            observer.Progress(MemberPhase.Prepared, PreparedJob.NoState);
            return;
        }

        int? lostRank = null;
        var detail = "";
        job.Settle(assignment.StartStep);
        observer.Ledger.Settle(assignment.StartStep);
        try
        {
            if (Train(assignment, job) is { } outcome)
            {
                observer.Ended(outcome);
                return;
            }
        }
        catch (PeerLostException lost) when (!orders.IsAborted)
        {
            (lostRank, detail) = (lost.Rank, lost.Message);
        }
        catch (Exception stop) when (!orders.IsAborted && stop is CollectiveAbortedException or OperationCanceledException)
        {
            detail = stop.Message;
        }

        observer.Halted(assignment, orders.Close(), lostRank, detail);
    }

    private RunOutcome? Train(Assignment assignment, PreparedJob job)
    {
        observer.Progress(MemberPhase.Connecting, job.Progress.Step);
        FaultPoints.At(FaultPoint.Join, assignment.StartStep);
        using var group = CollectiveGroup.Join(RunSetup.OptionsOf(assignment, spec, job.Layout), listener, orders.Interrupted);
        orders.Watch(group.Abort);
        FaultPoints.Enter(assignment.Generation, group);
        using var generation = new GenerationRun(assignment, job, group, orders, observer);
        return generation.Train();
    }

    private DatasetLease OpenDataset()
    {
        void Fetching() => observer.Progress(MemberPhase.Fetching, first.OwnStep());
        var lease = files.Datasets.OpenAsync(spec.Data, observer.Log, Fetching, orders.Aborted).GetAwaiter().GetResult();
        observer.Progress(MemberPhase.Preparing, first.OwnStep());
        return lease;
    }
}
