using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.Tcp;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// One step of training as <see cref="StepLoop"/> and the reduction of <c>docs/protocols/all-reduce.md</c> do it, message by message:
/// partial sums to the chunks' owners, chunks to all, scalars along, what replicas carry, the point of no return, the update.
/// </summary>
internal sealed class ToyStep(Engine engine, SimulatedGroup group)
{
    private const int CarriedContent = -1;
    private const int ReportContent = -2;

    private ToyJob Job => engine.Job;

    private WorkerProcess Process => engine.Process;

    /// <summary>Runs a step.</summary>
    /// <returns>Whether somebody wishes to stop at its boundary: the same on all members.</returns>
    public async Task<bool> Run(Assignment assignment, int step)
    {
        bool carriesWish = engine.Orders.Wish != Boundary.None;
        await Process.At(Point.Data, 0.1, 10);
        await Process.At(Point.Forward, 1, 60);
        float[] carried = Carry(step);
        SideValues[] sides = [.. ToySums.Sides(group.Plan, replica => SidesOf(step, replica, carriesWish && replica == group.Plan.Replicas.First))];
        for (int bucket = 0; bucket < ToyState.BucketBlocks.Length; bucket++)
        {
            await Process.At(Point.Post, 0.1, 20);
            Post(step, bucket, Partials(step, bucket), sides);
        }

        float[][] sums = new float[ToyState.BucketBlocks.Length][];
        SideValues total = default;
        for (int bucket = 0; bucket < sums.Length; bucket++)
        {
            (sums[bucket], total) = await Complete(step, bucket, Partials(step, bucket), sides);
            await Process.At(Point.Reduce, 0.01, 2);
        }

        (long targets, bool isStopWished) = StopWish.Read(total);
        await Exchange(step, carried);
        ReplicaReport[] consumed = await Exchange(step);
        engine.Orders.Pass(step);
        await Update(assignment, step, sums, targets, carried);
        engine.Progress.Complete(step, total.LossSum, targets, 1);
        Process.World.Invariants.Applied(Process, assignment, step, engine.State);
        Process.Say(() => $"{assignment.Attempt}.{assignment.Generation} completes step {step}");
        engine.Reporter.Ledger.Add(new LedgerEntry
        {
            Place = new LedgerPlace(assignment.Attempt, assignment.Generation, step, 0),
            Report = new StepReport { Step = step, Epoch = 0, Replicas = consumed },
            Metrics = [],
        });
        engine.Reporter.Progress(MemberPhase.Training, step);
        return isStopWished;
    }

    private float[] Carry(int step)
    {
        float[] next = new float[Job.Replicas];
        for (int replica = group.Plan.Replicas.First; replica < group.Plan.Replicas.Last; replica++)
        {
            next[replica] = engine.State.NextCarried(Job.Seed, step, replica);
        }

        return next;
    }

    private SideValues SidesOf(int step, int replica, bool carriesWish)
    {
        SideValues sides = ToyState.Sides(Job.Seed, step, replica);
        return carriesWish ? StopWish.Carry(sides) : sides;
    }

    private List<float[]> Partials(int step, int bucket) =>
        ToySums.Partials(group.Plan, replica => engine.State.Gradient(Job.Seed, step, replica, bucket));

    private bool IsDirect(int bucket) => DirectReduction.Suits(group.Map(bucket), group.Workers);

    private void Post(int step, int bucket, List<float[]> partials, SideValues[] sides)
    {
        group.ThrowIfOver(CollectivePhase.Reduce, step);
        for (int peer = 0; peer < group.Workers; peer++)
        {
            if (peer != group.Rank)
            {
                float[][] sent = [.. partials.Select(sum => IsDirect(bucket) ? sum : ChunkOf(sum, bucket, peer))];
                group.Send(peer, FrameKind.Partials, step, 0, bucket, new PartialsContent(sent, sides));
            }
        }
    }

    private float[] ChunkOf(float[] whole, int bucket, int owner)
    {
        ChunkMap map = group.Map(bucket);
        return whole.AsSpan(map.FirstBlock(owner), map.BlockCount(owner)).ToArray();
    }

    private async Task<(float[] Sum, SideValues Sides)> Complete(int step, int bucket, List<float[]> own, SideValues[] ownSides)
    {
        var operands = new List<float[]>();
        var sides = new List<SideValues>();
        for (int rank = 0; rank < group.Workers; rank++)
        {
            PartialsContent content = rank == group.Rank
                ? new PartialsContent([.. own.Select(sum => IsDirect(bucket) ? sum : ChunkOf(sum, bucket, rank))], ownSides)
                : (PartialsContent)await group.Receive(rank, FrameKind.Partials, step, 0, bucket, CollectivePhase.Reduce);
            operands.AddRange(content.Sums);
            sides.AddRange(content.Sides);
        }

        SideValues total = SideValues.Complete(group.Tree.Completion, sides.ToArray());
        float[] completed = ToySums.Complete(group.Tree.Completion, operands);
        return (IsDirect(bucket) ? completed : await Gather(step, bucket, completed), total);
    }

    private async Task<float[]> Gather(int step, int bucket, float[] chunk)
    {
        await Process.At(Point.Publish, 0.01, 2);
        ChunkMap map = group.Map(bucket);
        float[] whole = new float[map.Blocks];
        for (int peer = 0; peer < group.Workers; peer++)
        {
            if (peer != group.Rank)
            {
                group.Send(peer, FrameKind.Sum, step, 0, bucket, new ChunkContent(chunk, ToySums.Squares(chunk)));
            }
        }

        for (int owner = 0; owner < group.Workers; owner++)
        {
            // The defect takes what is there for what it awaits.
            bool isLast = owner == group.Workers - 1 || (owner == group.Workers - 2 && group.Rank == group.Workers - 1);
            float[] part = owner == group.Rank ? chunk
                : isLast && Defects.UpdatesEarly(Process.World.Defect) ? new float[map.BlockCount(owner)]
                : ((ChunkContent)await group.Receive(owner, FrameKind.Sum, step, 0, bucket, CollectivePhase.Gather)).Sum;
            part.CopyTo(whole, map.FirstBlock(owner));
        }

        return whole;
    }

    private Task Exchange(int step, float[] carried) => Exchange(
        step, CarriedContent, () => carried[group.Plan.Replicas.First..group.Plan.Replicas.Last], (root, part) => part.CopyTo(carried, RangeOf(root).First));

    // As ReportExchange: everybody's parts, and from rank 0 what the silo has stored.
    private async Task<ReplicaReport[]> Exchange(int step)
    {
        var all = new ReplicaReport[Job.Replicas];
        foreach (int replica in Enumerable.Range(group.Plan.Replicas.First, group.Plan.Replicas.Count))
        {
            all[replica] = new ReplicaReport(replica, 1, (ulong)((step * 1000) + replica));
        }

        await Exchange(
            step,
            ReportContent,
            () => (Stored: engine.Reporter.Ledger.Stored, Part: all[group.Plan.Replicas.First..group.Plan.Replicas.Last]),
            (root, told) =>
            {
                // Of an older generation, which only the defect takes, it may be of other replicas.
                told.Part.Take(RangeOf(root).Count).ToArray().CopyTo(all, RangeOf(root).First);
                if (root == 0)
                {
                    engine.Reporter.Ledger.Acknowledge(told.Stored);
                }
            });
        return all;
    }

    private ReplicaRange RangeOf(int rank) => group.Tree.Workers[rank].Replicas;

    private async Task Exchange<T>(int step, int content, Func<T> own, Action<int, T> take)
        where T : notnull
    {
        for (int root = 0; root < group.Workers; root++)
        {
            if (root != group.Rank)
            {
                take(root, (T)await group.Receive(root, FrameKind.Barrier, step, root, content, CollectivePhase.Broadcast));
                continue;
            }

            for (int peer = 0; peer < group.Workers; peer++)
            {
                if (peer != root)
                {
                    group.Send(peer, FrameKind.Barrier, step, root, content, own());
                }
            }
        }
    }

    // From here to the end nothing asks whether somebody is lost or the run shall halt.
    private async Task Update(Assignment assignment, int step, float[][] sums, long targets, float[] carried)
    {
        Process.World.Invariants.Passed(Process, assignment, step);
        double squares = sums.Sum(ToySums.Squares);
        for (int bucket = 0; bucket < sums.Length; bucket++)
        {
            await Process.At(Point.Update, 0.05, 4);
            engine.State.Update(bucket, sums[bucket], targets, squares, step);
        }

        await Process.At(Point.Update, 0.05, 4);
        carried.CopyTo(engine.State.Carried, 0);
    }
}
