using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Network;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>The silo's end of a worker's connection: its frames to the grains one after the other, its assignment to it.</summary>
internal sealed class GatewayConnection(SimulatedSilo silo)
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);
    private readonly Queue<WorkerFrame> frames = new();
    private readonly Pulse changed = new();
    private Connection? connection;
    private CloseKind? closing;
    private MemberReport? lastReport;
    private long sentVersion = -1;
    private bool sentNothing;
    private bool mustSend;
    private bool mustLook;
    private bool hasProcessEnded;
    private int heard;

    public WorkerOffer Offer { get; private set; } = null!;

    public bool HasJob { get; private set; }

    public bool IsOpen => closing is null;

    /// <summary>Whether the worker's process is known to be gone.</summary>
    public bool HasProcessEnded => hasProcessEnded;

    public void Use(Connection opened) => connection = opened;

    public void Arrived(WorkerFrame frame)
    {
        heard++;
        frames.Enqueue(frame);
        changed.Beat();
    }

    public void Ended() => Cut(CloseKind.Broken);

    public void Cut(CloseKind kind)
    {
        silo.Simulator.Say("gateway", () => $"{Offer?.Incarnation}: {kind}");
        closing ??= kind;
        changed.Beat();
    }

    public void End()
    {
        hasProcessEnded = true;
        Cut(CloseKind.Left);
    }

    public void AssignmentChanged()
    {
        mustLook = true;
        changed.Beat();
    }

    public void Close(CloseKind kind)
    {
        closing ??= kind;
        if (kind is CloseKind.Refused or CloseKind.Silent or CloseKind.Failed)
        {
            connection!.Send(1, new RefusedFrame { Reason = kind.ToString(), Retryable = kind != CloseKind.Refused });
        }

        connection!.Close(1);
    }

    public async Task<bool> IsHeardAgain(TimeSpan bound)
    {
        int before = heard;
        await Wait(() => heard > before || !IsOpen, bound);
        return heard > before && IsOpen;
    }

    public Task WaitForEnd(TimeSpan bound) => Wait(() => hasProcessEnded, bound);

    public async Task<bool> Greet()
    {
        if (await Next(WireProtocol.HelloBound) is not HelloFrame hello)
        {
            return false;
        }

        (Offer, HasJob) = (hello.Offer, hello.JobId.Length > 0);
        silo.Simulator.Say("gateway", () => $"{Offer.Incarnation} says hello");
        return true;
    }

    public async Task<CloseKind> Run()
    {
        try
        {
            Assignment? assignment = await Slot(slot => slot.Connect(Offer, this));
            connection!.Send(1, new WelcomeFrame { HeartbeatIntervalMs = (int)WireProtocol.HeartbeatInterval.TotalMilliseconds, SiloId = silo.Life.Name });
            await Look(assignment);
            silo.Life.Spawn(KeepAssigned);
            while (await Next(WireProtocol.SilenceBound) is { } frame)
            {
                await Handle(frame);
            }
        }
        catch (Exception fault) when (fault is IOException or StaleWriteException)
        {
            Cut(CloseKind.Failed);
        }

        return closing!.Value;
    }

    private async Task Handle(WorkerFrame frame)
    {
        switch (frame)
        {
            case HeartbeatFrame beat:
                if (beat.AssignmentVersion != sentVersion && !(beat.AssignmentVersion == 0 && sentNothing))
                {
                    mustSend = true;
                    AssignmentChanged();
                }

                if (beat.Report is { } report && !IsKnown(report))
                {
                    await Forward(report);
                }

                connection!.Send(1, new HeartbeatAckFrame { AssignmentVersion = beat.AssignmentVersion });
                break;
            case MemberReportFrame { Report: var news }:
                await Forward(news);
                break;
            case StepReportsFrame reports:
                await silo.Life.Delay(silo.Simulator.Between(0.1, 3));
                silo.World.Invariants.Stored(reports.Reports);
                connection!.Send(1, new StepReportsAckFrame { Sequence = reports.Sequence });
                break;
        }
    }

    private bool IsKnown(MemberReport report) => report.Phase is not (MemberPhase.Halted or MemberPhase.Prepared or MemberPhase.Done or MemberPhase.Yielded)
        && lastReport is { } last
        && report == last with { Checkpoints = report.Checkpoints }
        && (report.Checkpoints ?? []).SequenceEqual(last.Checkpoints ?? []);

    private async Task Forward(MemberReport report)
    {
        HasJob = true;
        await silo.Call<CoordinatorActivation>(World.CoordinatorKey, one => one.Report(report));
        lastReport = report;
    }

    private async Task KeepAssigned()
    {
        try
        {
            while (IsOpen)
            {
                await Wait(() => mustLook || !IsOpen, RenewInterval);
                mustLook = false;
                if (IsOpen)
                {
                    await Look(null);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or StaleWriteException)
        {
            Cut(CloseKind.Failed);
        }
    }

    private async Task Look(Assignment? known)
    {
        long version = known?.Version ?? await Slot(slot => slot.Heartbeat(Offer.Incarnation, this));
        if (version == IWorkerGrain.NotConnected)
        {
            Cut(CloseKind.Refused);
            return;
        }

        if (version == sentVersion && !mustSend)
        {
            return;
        }

        mustSend = false;
        Assignment? assignment = known ?? await Slot(slot => slot.GetAssignment(Offer.Incarnation));
        HasJob = assignment is not null;
        (sentNothing, sentVersion) = (assignment is null, assignment?.Version ?? version);
        connection!.Send(1, new AssignmentFrame { Version = sentVersion, Assignment = assignment });
    }

    private Task<T> Slot<T>(Func<SlotActivation, Task<T>> call) => silo.Call(Offer.WorkerId, call);

    /// <summary>The next frame; null when the connection is over.</summary>
    private async Task<WorkerFrame?> Next(TimeSpan silence)
    {
        await Wait(() => frames.Count > 0 || !IsOpen, silence);
        if (IsOpen && frames.TryDequeue(out WorkerFrame? frame))
        {
            return frame;
        }

        // What came before a break is still read; a break that was ordered is at once.
        if (closing == CloseKind.Broken && frames.TryDequeue(out frame))
        {
            return frame;
        }

        Cut(CloseKind.Silent);
        return null;
    }

    private async Task Wait(Func<bool> condition, TimeSpan bound)
    {
        TimeSpan due = silo.Simulator.Now + bound;
        silo.Life.After(bound, changed.Beat);
        while (!condition() && silo.Simulator.Now < due)
        {
            await changed.Next;
        }
    }
}
