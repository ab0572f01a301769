using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Transfers;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.ShardReading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// One worker's part in a job, from an assignment to a result: prepares the job once, then takes part in a generation. Lives on
/// one dedicated thread, because LibTorch's gradient mode and generators belong to a thread. Knows nothing of silos and
/// connections. Only <see cref="Abort"/> and <see cref="Yield"/> may be called from another thread.
/// </summary>
internal sealed class TrainingRun(
    Assignment assignment, GroupListener listener, Device device, DatasetCache datasets, IRunObserver observer) : IDisposable
{
    private readonly JobSpec spec = RunSetup.SpecOf(assignment);
    private readonly RunOrders orders = new();

    /// <summary>Ends the run soon, whatever it waits for. Any thread.</summary>
    public void Abort(string reason) => orders.Abort(reason);

    /// <summary>Asks all members to stop, with a checkpoint, at the boundary of the step that they agree upon. Any thread.</summary>
    public void Yield() => orders.Yield();

    /// <summary>Runs to the end. Engine thread.</summary>
    public RunOutcome Run()
    {
        try
        {
            return Train() is { } result
                ? new RunOutcome(result, "", Retryable: false)
                : new RunOutcome(null, "", Retryable: true) { HasYielded = true };
        }
        catch (Exception) when (orders.IsAborted)
        {
            return new RunOutcome(null, $"stopped: {orders.AbortReason}", Retryable: true);
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
        catch (TransferException fault)
        {
            // What is damaged or refused stays so; a silo that is away and a disk that is full need not be there next time.
            return new RunOutcome(null, fault.Message, Retryable: fault.Kind is TransferFault.Unreachable or TransferFault.NoRoom);
        }
        catch (Exception fault)
        {
            // Anything else would happen again on the same input. The job fails with the reason; the worker lives on.
            return new RunOutcome(null, $"{fault.GetType().Name}: {fault.Message}", Retryable: false);
        }
    }

    public void Dispose() => orders.Dispose();

    // null when it yielded.
    private JobResult? Train()
    {
        observer.Progress(MemberPhase.Preparing, assignment.StartStep);
        using var dataset = OpenDataset();
        using var job = new PreparedJob(spec, dataset, assignment.Replicas, device);
        observer.Log($"{spec.Model.Kind} with {job.Layout.Elements:N0} parameters; {job.Train.Size} to train on");
        var checkpoints = new RunCheckpoints(assignment, spec, job.Manifest, job.Layout, job.Parameters, job.Optimizer, job.Carried);
        var resumed = checkpoints.Restore();

        observer.Progress(MemberPhase.Connecting, assignment.StartStep);
        using var group = CollectiveGroup.Join(RunSetup.OptionsOf(assignment, spec, job.Layout), listener, orders.Aborted);
        orders.Watch(group);
        using var generation = new GenerationRun(assignment, job, group, checkpoints, orders, observer);
        return generation.Train(resumed);
    }

    private DatasetLease OpenDataset()
    {
        void Fetching() => observer.Progress(MemberPhase.Fetching, assignment.StartStep);
        var lease = datasets.OpenAsync(spec.Data, observer.Log, Fetching, orders.Aborted).GetAwaiter().GetResult();
        observer.Progress(MemberPhase.Preparing, assignment.StartStep);
        return lease;
    }
}
