using SeqCluster.Collectives;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Control;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// What <see cref="TrainingRun"/> does: prepares once, then takes part in one generation after the other. What the silo wants of it
/// and how it answers are the product's <see cref="RunOrders"/> and <see cref="RunReporter"/>.
/// </summary>
internal sealed class Engine(WorkerProcess process, Assignment first, RunReporter reporter)
{
    private readonly RunOrders orders = new(first);
    private readonly Pulse taken = new();

    public bool IsAborted => orders.IsAborted;

    public WorkerProcess Process => process;

    public RunOrders Orders => orders;

    public RunReporter Reporter => reporter;

    public ToyJob Job => process.World.Job;

    /// <summary>How far it is.</summary>
    public RunProgress Progress { get; } = new();

    /// <summary>What it holds.</summary>
    public ToyState State { get; private set; } = null!;

    public void Abort(string reason)
    {
        orders.Abort(reason);
        taken.Beat();
    }

    public void Take(Assignment word)
    {
        process.Say(() => $"is told {word.Attempt}.{word.Generation}{(word.Halts ? ", to halt" : word.Regroups ? ", to regroup" : word.Yields ? ", to yield" : "")}");
        if (orders.Take(word) is { } step)
        {
            reporter.Halted(word, step, null, "");
        }

        taken.Beat();
    }

    public void Park(Assignment held)
    {
        Assignment word = held with { Halts = true };
        if (orders.Take(word) is { } at)
        {
            reporter.Halted(word, at, null, "parked");
        }

        taken.Beat();
    }

    public async Task<RunOutcome> Run()
    {
        try
        {
            reporter.Progress(MemberPhase.Preparing, first.OwnStep());
            await process.At(Point.Prepare, 20, 600);
            State = ToyState.Initial(Job.Seed, first.Replicas);
            if (!first.Joins)
            {
                Progress.TakeOver(first.OwnStep(), Restore());
            }

            while (true)
            {
                await TakePart(await Next());
            }
        }
        catch (SimulationException)
        {
            throw;
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
            return new RunOutcome(null, fault.Message, Retryable: true) { DamagedCheckpoint = fault.Reference };
        }
        catch (Exception fault)
        {
            return new RunOutcome(null, $"{fault.GetType().Name}: {fault.Message}", Retryable: false);
        }
    }

    /// <summary>Another member's state, which has proved to be what was sent.</summary>
    public void TakeOver(int step, ToyState state, RunSummary? summary)
    {
        State = state;
        Progress.TakeOver(step, summary);
    }

    private async Task<Assignment> Next()
    {
        while (true)
        {
            Task news = taken.Next;
            if (orders.TryNext() is { } next)
            {
                return next;
            }

            await news;
        }
    }

    private RunSummary? Restore()
    {
        if (first.ResumeFrom is not { } reference)
        {
            return null;
        }

        (ToyState State, IReadOnlyList<LedgerEntry> Reports)? read = process.World.Disk.Read(reference);
        string hash = read?.State.StateHash() ?? "nothing";
        if (hash != first.ResumeStateSha256)
        {
            throw new DamagedCheckpointException(reference, $"it holds {hash}", new InvalidDataException(reference));
        }

        State = read!.Value.State.Copy();
        reporter.Ledger.TakeOver(read.Value.Reports);
        return new RunSummary(0, null, 0);
    }

    private async Task TakePart(Assignment assignment)
    {
        reporter.Entered(assignment);
        if (assignment.Joins)
        {
            Progress.TakeOver(PreparedJob.NoState, null);
            orders.Reached(PreparedJob.NoState);
            reporter.Progress(MemberPhase.Prepared, PreparedJob.NoState);
            return;
        }

        int? lostRank = null;
        string detail = "";
        try
        {
            if (await Train(assignment) is { } outcome)
            {
                reporter.Ended(outcome);
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

        reporter.Halted(assignment, orders.Close(), lostRank, detail);
        process.Say(() => $"{assignment.Attempt}.{assignment.Generation} halted after step {Progress.Step}: {detail}");
    }

    private async Task<RunOutcome?> Train(Assignment assignment)
    {
        reporter.Progress(MemberPhase.Connecting, Progress.Step);
        await process.At(Point.Join, 0.1, 20);
        var group = new SimulatedGroup(process, assignment);
        await group.Join(orders.Interrupted);
        try
        {
            orders.Watch(reason => process.Life.Do(() => group.Abort(reason)));
            return await new GenerationPart(assignment, this, group).Train();
        }
        finally
        {
            group.Leave();
        }
    }
}
