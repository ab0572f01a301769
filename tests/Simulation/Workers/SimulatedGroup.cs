using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.Tcp;
using SeqCluster.Contracts.Workers;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Network;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// The members of one generation on the simulated network, one member's end of it: who is connected, what was heard, what has
/// arrived. Whom to accuse is the product's <see cref="PeerNotices"/>; how an operation ends follows <c>all-reduce.md</c>.
/// </summary>
internal sealed class SimulatedGroup
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromMinutes(1);
    private readonly WorkerProcess process;
    private readonly Assignment assignment;
    private readonly PeerNotices notices;
    private readonly Connection?[] control;
    private readonly Connection?[] data;
    private readonly int[] ends;
    private readonly bool[] dataEnded;
    private readonly Pulse changed;
    private string? abortReason;
    private Exception? failure;
    private bool isOver;

    public SimulatedGroup(WorkerProcess process, Assignment assignment)
    {
        (this.process, this.assignment, changed) = (process, assignment, process.Mailbox.Changed);
        Workers = assignment.Members.Count;
        Tree = new ReplicaTree(assignment.Replicas, Workers);
        Plan = Tree.Workers[assignment.Rank];
        notices = new PeerNotices(Workers, assignment.Rank);
        (control, data, ends, dataEnded) = (new Connection?[Workers], new Connection?[Workers], new int[Workers], new bool[Workers]);
    }

    public int Rank => assignment.Rank;

    public int Workers { get; }

    public ReplicaTree Tree { get; }

    public WorkerPlan Plan { get; }

    /// <summary>The bucket's blocks and who owns them.</summary>
    public ChunkMap Map(int bucket) => new(ToyState.BucketBlocks[bucket] * ChunkMap.BlockElements, Workers);

    private bool IsConnected => Enumerable.Range(0, Workers).All(peer => peer == Rank || control[peer] is not null);

    private Simulator Simulator => process.World.Simulator;

    /// <summary>Connects to all members; returns when all are there.</summary>
    public async Task Join(CancellationToken cancellation)
    {
        process.Joining = this;
        using CancellationTokenRegistration cancelled = cancellation.Register(() => process.Life.Do(changed.Beat));
        TimeSpan due = Simulator.Now + JoinTimeout;
        process.Life.After(JoinTimeout, changed.Beat);
        for (int peer = 0; peer < Rank; peer++)
        {
            int other = peer;
            process.Life.Spawn(() => Connect(other, cancellation));
        }

        try
        {
            await Until(() => IsConnected, () => FirstAbsent());
            Tell(new Notice(NoticeKind.Ready));
            await Until(() => FirstUnready() < 0, FirstUnready);
        }
        catch (Exception stop)
        {
            failure = stop;
            Tell(Notice.Of(stop));
            Close();
            throw;
        }

        async Task Until(Func<bool> isThere, Func<int> awaited)
        {
            while (!isThere())
            {
                if (cancellation.IsCancellationRequested)
                {
                    throw new CollectiveAbortedException("cancelled while joining");
                }

                if (notices.FindLoss(awaited()) is { } loss)
                {
                    throw loss.ToException(CollectivePhase.Join, -1);
                }

                if (Simulator.Now >= due)
                {
                    throw new PeerLostException(awaited(), CollectivePhase.Join, -1, PeerLossCause.Absent, "not there in time");
                }

                await changed.Next;
            }
        }
    }

    /// <summary>A peer of a higher rank comes: it must be of the same generation, and know its secret.</summary>
    public bool TryAccept(SimulatedGroup peer)
    {
        if (isOver || failure is not null || peer.assignment.Attempt != assignment.Attempt || peer.assignment.Generation != assignment.Generation
            || !peer.assignment.Secret.AsSpan().SequenceEqual(assignment.Secret) || control[peer.Rank] is not null)
        {
            return false;
        }

        (SimulatedGroup lower, SimulatedGroup higher) = (this, peer);
        Connection forControl = Open(higher, lower, (group, from, message) => group.Heard(from, (Notice)message), (group, from) => group.Ended(from));
        Connection forData = Open(
            higher, lower, (group, _, message) => group.process.Mailbox.Put((Frame)message), (group, from) => group.dataEnded[from] = true);
        (higher.control[lower.Rank], higher.data[lower.Rank], higher.ends[lower.Rank]) = (forControl, forData, 0);
        (lower.control[higher.Rank], lower.data[higher.Rank], lower.ends[higher.Rank]) = (forControl, forData, 1);
        lower.process.Life.Do(lower.changed.Beat);
        higher.process.Life.Do(higher.changed.Beat);
        return true;
    }

    public void Abort(string reason)
    {
        abortReason ??= reason;
        changed.Beat();
    }

    /// <summary>Sends to one member.</summary>
    public void Send(int peer, FrameKind kind, long step, long sequence, int bucket, object content) =>
        data[peer]!.Send(ends[peer], new Frame(kind, assignment.Attempt, assignment.Generation, step, sequence, bucket, Rank, content));

    /// <summary>Waits for a frame from a member.</summary>
    /// <exception cref="PeerLostException">A peer died, left or stalled.</exception>
    /// <exception cref="CollectiveAbortedException">Aborted here or at a peer.</exception>
    public async Task<object> Receive(int peer, FrameKind kind, long step, long sequence, int bucket, CollectivePhase phase)
    {
        TimeSpan patience = RunSetup.StallBoundOf(process.World.Job.Spec, TimeSpan.Zero);
        TimeSpan due = Simulator.Now + patience;
        bool isTimed = false;
        while (true)
        {
            ThrowIfOver(phase, step);
            if (process.Mailbox.Take(frame => frame.Kind == kind && frame.Step == step && frame.Sequence == sequence
                && frame.Bucket == bucket && frame.Rank == peer && IsOfThisLife(frame)) is { } found)
            {
                return found.Content;
            }

            if (notices.FindLoss(peer) is { } loss && !(loss.Cause == PeerLossCause.Left && !dataEnded[loss.Rank]))
            {
                Throw(loss, phase, step);
            }

            if (Simulator.Now >= due)
            {
                Throw(Loss.Of(peer, PeerLossCause.Stalled, "no progress"), phase, step);
            }

            if (!isTimed)
            {
                isTimed = true;
                process.Life.After(patience, changed.Beat);
            }

            await changed.Next;
        }
    }

    public void ThrowIfOver(CollectivePhase phase, long step)
    {
        if (failure is not null)
        {
            throw failure;
        }

        if (abortReason is not null)
        {
            Throw(Loss.Ordered(abortReason), phase, step);
        }
    }

    /// <summary>Leaves, in good order or having told why.</summary>
    public void Leave()
    {
        if (failure is null)
        {
            Tell(abortReason is null ? new Notice(NoticeKind.Goodbye) : new Notice(NoticeKind.GaveUp, -1));
        }

        Close();
        process.Mailbox.DropUpTo(assignment.Attempt, assignment.Generation);
    }

    private static Connection Open(
        SimulatedGroup higher, SimulatedGroup lower, Action<SimulatedGroup, int, object> received, Action<SimulatedGroup, int> ended)
    {
        ConnectionEnd EndOf(SimulatedGroup group, int peer) => new(
            group.process.Life, group.process.WorkerId, message => received(group, peer, message), () => ended(group, peer));
        return higher.process.World.Network.Connect(EndOf(higher, lower.Rank), EndOf(lower, higher.Rank));
    }

    private bool IsOfThisLife(Frame frame) => Defects.AcceptsOldGenerations(process.World.Defect)
        || (frame.Attempt == assignment.Attempt && frame.Generation == assignment.Generation);

    private async Task Connect(int peer, CancellationToken cancellation)
    {
        while (!isOver && failure is null && !cancellation.IsCancellationRequested && control[peer] is null)
        {
            WorkerProcess? other = process.World.ProcessAt(assignment.Members[peer].DataPlaneAddress);
            bool hangs = other is null or { Life.IsStopped: true }
                || process.World.Network.IsCut(process.WorkerId, other.WorkerId) || process.World.Network.IsCut(other.WorkerId, process.WorkerId);
            await process.Life.Delay(hangs ? Simulator.Between(500, 1500) : Simulator.Between(0.2, 40));
            if (!hangs && !isOver && failure is null && other is { Life.IsDead: false, Joining: { } joining })
            {
                joining.TryAccept(this);
            }
        }
    }

    private int FirstAbsent() => Enumerable.Range(0, Workers).FirstOrDefault(peer => peer != Rank && control[peer] is null, -1);

    private int FirstUnready() => Enumerable.Range(0, Workers).FirstOrDefault(peer => peer != Rank && notices.Heard(peer, NoticeKind.Ready) is null, -1);

    private void Heard(int peer, Notice notice)
    {
        notices.Hear(peer, notice);
        changed.Beat();
    }

    private void Ended(int peer)
    {
        notices.End(peer);
        changed.Beat();
    }

    private void Throw(Loss loss, CollectivePhase phase, long step)
    {
        failure = loss.ToException(phase, step);
        Tell(new Notice(NoticeKind.GaveUp, loss.Rank));
        throw failure;
    }

    private void Tell(Notice notice)
    {
        for (int peer = 0; peer < Workers; peer++)
        {
            control[peer]?.Send(ends[peer], notice);
        }
    }

    private void Close()
    {
        isOver = true;
        if (process.Joining == this)
        {
            process.Joining = null;
        }

        for (int peer = 0; peer < Workers; peer++)
        {
            control[peer]?.Close(ends[peer]);
            data[peer]?.Close(ends[peer]);
        }
    }
}
