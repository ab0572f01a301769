using SeqCluster.Collectives;
using SeqCluster.Collectives.Transport.Tcp;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// What <see cref="GenerationRun"/> and <see cref="StateTransfer"/> do in one generation, in the same order, with a pause at each
/// point where a process may die or hear something.
/// </summary>
internal sealed class GenerationPart(Assignment assignment, Engine engine, SimulatedGroup group)
{
    private readonly ToyStep steps = new(engine, group);
    private long sequence;

    private WorkerProcess Process => engine.Process;

    private ToyJob Job => engine.Job;

    public async Task<RunOutcome?> Train()
    {
        await MeetAtStart();
        Boundary boundary = assignment is { Generation: > 1, StartStep: > 0 } ? await Settle(isStopWished: false) : Boundary.None;
        while (boundary == Boundary.None && engine.Progress.Step < Job.Steps)
        {
            engine.Orders.ThrowIfInterrupted();
            bool isStopWished = await steps.Run(assignment, engine.Progress.Step + 1);
            boundary = await Settle(isStopWished);
        }

        return boundary switch
        {
            Boundary.Yield => new RunOutcome(null, "", Retryable: true) { HasYielded = true },
            Boundary.Regroup => null,
            _ => await Finish(),
        };
    }

    private static bool IsDue(int everySteps, int step) => everySteps > 0 && step % everySteps == 0;

    private async Task<Boundary> Settle(bool isStopWished)
    {
        int step = engine.Progress.Step;
        bool isLast = step == Job.Steps;
        if (isLast || IsDue(Job.EvaluateEverySteps, step))
        {
            await Evaluate(step);
        }

        Boundary boundary = isStopWished && !isLast ? (Boundary)(await Share(step, (byte)engine.Orders.Wish)).Max() : Boundary.None;
        if (!isLast && (boundary == Boundary.Yield || IsDue(Job.CheckpointEverySteps, step)))
        {
            engine.Reporter.Progress(MemberPhase.Saving, step);
            if (group.Rank == 0)
            {
                await WriteCheckpoint(step);
            }
        }

        if (!isLast && boundary == Boundary.None)
        {
            engine.Reporter.Progress(MemberPhase.Training, step);
        }

        return boundary;
    }

    private async Task Evaluate(int step)
    {
        engine.Reporter.Progress(MemberPhase.Evaluating, step);
        await Process.At(Point.Evaluate, 1, 60);
        engine.Orders.ThrowIfInterrupted();
        await Share(step, (double)engine.State.Weights[0][0]);
        engine.Progress.Evaluated(engine.State.Weights[0][0]);
    }

    private async Task WriteCheckpoint(int step)
    {
        (ToyState snapshot, IReadOnlyList<LedgerEntry> reports) = (engine.State.Copy(), engine.Reporter.Ledger.Kept);
        await Process.At(Point.WriteCheckpoint, 1, 80);
        WrittenCheckpoint written = Process.World.Disk.Commit(assignment.Attempt, assignment.Generation, step, snapshot, reports);
        await Process.At(Point.CommitCheckpoint, 0.1, 5);
        engine.Reporter.Checkpoint(written);
    }

    private async Task<RunOutcome> Finish()
    {
        engine.Reporter.Progress(MemberPhase.Saving, Job.Steps);
        await Process.At(Point.Finish, 0.1, 20);
        var result = new JobResult
        {
            Steps = Job.Steps,
            TrainLoss = 0,
            ValidationLoss = engine.Progress.Summary!.ValidationLoss,
            WeightsSha256 = engine.State.WeightsHash(),
            StateSha256 = engine.State.StateHash(),
            Checkpoint = WrittenCheckpoint.ReferenceOf(assignment.JobId, assignment.Attempt, Job.Steps),
            TokensPerSecond = 0,
        };
        if (group.Rank == 0)
        {
            await WriteCheckpoint(Job.Steps);
        }

        return new RunOutcome(result, "", Retryable: false);
    }

    private async Task MeetAtStart()
    {
        int[] held = await Share(assignment.StartStep, engine.Progress.Step);
        if (held[assignment.Source] != assignment.StartStep)
        {
            throw new InvalidOperationException(
                $"rank {assignment.Source} shall give the state of step {assignment.StartStep}, and holds that of step {held[assignment.Source]}");
        }

        if (held.Any(step => step != assignment.StartStep))
        {
            await Transfer(isBehind: engine.Progress.Step != assignment.StartStep);
        }

        string own = engine.State.WeightsHash();
        string[] all = await Share(assignment.StartStep, own);
        if (all[0] != own)
        {
            throw new InvalidOperationException($"rank {group.Rank} has other weights of step {assignment.StartStep} than rank 0");
        }
    }

    private async Task Transfer(bool isBehind)
    {
        int step = assignment.StartStep;
        ToyState staging = isBehind ? engine.State.Copy() : engine.State;
        foreach (float[] buffer in staging.Buffers)
        {
            await Process.At(Point.Transfer, 0.1, 30);
            var sent = (float[])await Broadcast(step, assignment.Source, buffer.Clone());
            if (isBehind)
            {
                sent.CopyTo(buffer, 0);
            }
        }

        var hash = (string)await Broadcast(step, assignment.Source, staging.StateHash());
        var summary = await Broadcast(step, assignment.Source, engine.Progress.Summary ?? (object)false) as RunSummary;
        var reports = (IReadOnlyList<LedgerEntry>)await Broadcast(step, assignment.Source, engine.Reporter.Ledger.Kept);
        if (!isBehind)
        {
            return;
        }

        if (staging.StateHash() != hash)
        {
            throw new StateTransferException($"rank {group.Rank} received another state of step {step} than rank {assignment.Source} sent");
        }

        engine.Orders.Pass(step);
        await Process.At(Point.Swap, 0.01, 3);
        engine.TakeOver(step, staging, summary);
        if (!Defects.JoinsWithoutReports(Process.World.Defect))
        {
            engine.Reporter.Ledger.TakeOver(reports);
        }

        Process.Say(() => $"{assignment.Attempt}.{assignment.Generation} took over the state of step {step} from rank {assignment.Source}");
    }

    private async Task<T[]> Share<T>(int step, T own)
        where T : notnull
    {
        var all = new T[group.Workers];
        for (int root = 0; root < all.Length; root++)
        {
            all[root] = (T)await Broadcast(step, root, own);
        }

        return all;
    }

    /// <summary>The root's content; every member makes the same calls in the same order.</summary>
    private async Task<object> Broadcast(int step, int root, object own)
    {
        long number = ++sequence;
        if (root != group.Rank)
        {
            return await group.Receive(root, FrameKind.Broadcast, step, number, -1, CollectivePhase.Broadcast);
        }

        group.ThrowIfOver(CollectivePhase.Broadcast, step);
        for (int peer = 0; peer < group.Workers; peer++)
        {
            if (peer != root)
            {
                group.Send(peer, FrameKind.Broadcast, step, number, -1, own);
            }
        }

        return own;
    }
}
