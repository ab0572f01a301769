using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Network;
using SeqCluster.Simulation.Tests.Silo;
using SeqCluster.Worker.Control;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// One worker process: what <see cref="WorkerControl"/> and <see cref="EngineSlot"/> do, on one connection to the silo after the
/// other. It may die at any await.
/// </summary>
internal sealed class WorkerProcess
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ContactCheckInterval = TimeSpan.FromMilliseconds(500);
    private readonly Queue<(StepReportsFrame Frame, TakenReports Taken)> unacknowledged = new();
    private readonly Queue<MemberReport> stopped = new();
    private readonly SiloContact contact;
    private readonly Pulse wakeUp = new();
    private readonly Reconnection reconnection;
    private Task reconciling = Task.CompletedTask;
    private Connection? connection;
    private bool isConnectionOver;
    private bool isFirstAssignment;
    private bool isRefused;
    private long version;
    private long sequence;
    private Engine? run;
    private Task ended = Task.CompletedTask;
    private RunReporter? reporter;
    private Assignment? held;

    public WorkerProcess(World world, string workerId, int incarnation, bool isLocal)
    {
        (World, WorkerId, IsLocal) = (world, workerId, isLocal);
        Incarnation = $"{workerId}-{incarnation}";
        Address = $"{workerId}:{1000 + incarnation}";
        Life = new Life(world.Simulator, Incarnation);
        reconnection = new Reconnection(new Random(incarnation));
        contact = new SiloContact(world.Simulator.Time);
        Slowness = world.Simulator.Chance(0.1) ? 5 : 1;
    }

    public World World { get; }

    public string WorkerId { get; }

    public string Incarnation { get; }

    /// <summary>Of its data plane.</summary>
    public string Address { get; }

    /// <summary>Whether the silo sees at once that it ends, because it started it.</summary>
    public bool IsLocal { get; }

    public Life Life { get; }

    public Mailbox Mailbox { get; } = new();

    /// <summary>The group that listens for its peers now.</summary>
    public SimulatedGroup? Joining { get; set; }

    private double Slowness { get; }

    public void Start()
    {
        Life.Spawn(Control);
        Life.Spawn(WatchContact);
    }

    /// <summary>Time passes; and here it may die.</summary>
    public async Task At(Point point, double leastMs, double mostMs)
    {
        if (World.Faults.Strikes(point))
        {
            Say(() => $"dies at {point}");
            World.Kill(this);
            await new TaskCompletionSource().Task;
        }

        await Life.Delay(World.Simulator.Between(leastMs, mostMs) * Slowness);
    }

    public void Say(Func<string> text) => World.Simulator.Say(Incarnation, text);

    private async Task Control()
    {
        while (!isRefused)
        {
            await ConnectOnce();
            if (!isRefused)
            {
                await Life.Delay(reconnection.Next());
            }
        }

        Say(() => "ends: refused by the silo");
        World.Kill(this);
    }

    private async Task WatchContact()
    {
        while (true)
        {
            if (held is { } work && contact.IsTooLongAgo(work) && run is { } parked && reporter is { IsOver: false })
            {
                Say(() => "parks");
                parked.Park(work);
            }

            await Life.Delay(ContactCheckInterval);
        }
    }

    private async Task ConnectOnce()
    {
        SimulatedSilo silo = World.Silo;
        if (World.Network.IsCut(WorkerId, SimulatedSilo.Host) || World.Network.IsCut(SimulatedSilo.Host, WorkerId))
        {
            await Life.Delay(World.Simulator.Between(800, 1500));
            return;
        }

        await Life.Delay(World.Simulator.Between(0.2, 5));
        if (silo.Life.IsDead)
        {
            return;
        }

        (isConnectionOver, isFirstAssignment) = (false, true);
        connection = silo.Gateway.Open(new ConnectionEnd(Life, WorkerId, frame => Receive((SiloFrame)frame), () =>
        {
            isConnectionOver = true;
            wakeUp.Beat();
        }));
        Send(new HelloFrame
        {
            ProtocolVersion = WireProtocol.Version,
            WorkerId = WorkerId,
            Incarnation = Incarnation,
            HostId = WorkerId,
            Device = "cpu",
            DataPlaneAddress = Address,
            Fingerprint = "f",
            PortableFingerprint = "",
            AssignmentVersion = held is null ? 0 : version,
            JobId = held?.JobId ?? "",
            Attempt = held?.Attempt ?? 0,
            Generation = held?.Generation ?? 0,
        });
        foreach ((StepReportsFrame frame, _) in unacknowledged)
        {
            Send(frame);
        }

        await SendNews();
        connection.Close(0);
    }

    private async Task SendNews()
    {
        TimeSpan nextBeat = World.Simulator.Now;
        while (!isConnectionOver)
        {
            SendChanges();
            if (World.Simulator.Now >= nextBeat)
            {
                nextBeat = World.Simulator.Now + WireProtocol.HeartbeatInterval;
                Send(new HeartbeatFrame { AssignmentVersion = version, Report = reporter?.Report() });
            }

            Life.After(ReportInterval, wakeUp.Beat);
            await wakeUp.Next;
        }
    }

    private void SendChanges()
    {
        while (stopped.TryDequeue(out MemberReport? former))
        {
            Send(new MemberReportFrame { Report = former });
        }

        if (reporter is not { } told)
        {
            return;
        }

        MemberReport? change = told.TakeChangedReport();
        while (told.TakeSteps() is { } taken)
        {
            var frame = new StepReportsFrame { Sequence = ++sequence, Reports = taken.Reports };
            unacknowledged.Enqueue((frame, taken));
            Send(frame);
        }

        told.TakeLines();
        if (change is not null)
        {
            Send(new MemberReportFrame { Report = change });
        }
    }

    private void Send(WorkerFrame frame) => connection!.Send(0, frame);

    private void Receive(SiloFrame frame)
    {
        contact.Heard();
        switch (frame)
        {
            case WelcomeFrame:
                reconnection.Succeeded();
                break;
            case AssignmentFrame assigned when isFirstAssignment || assigned.Version > version:
                isFirstAssignment = false;
                version = assigned.Version;
                reconciling = Reconcile(reconciling, assigned.Assignment);
                break;
            case StepReportsAckFrame acknowledged:
                while (unacknowledged.TryPeek(out (StepReportsFrame Frame, TakenReports Taken) oldest) && oldest.Frame.Sequence <= acknowledged.Sequence)
                {
                    unacknowledged.Dequeue().Taken.Acknowledge();
                }

                break;
            case RefusedFrame refused:
                isRefused = !refused.Retryable;
                isConnectionOver = true;
                wakeUp.Beat();
                break;
        }
    }

    private async Task Reconcile(Task before, Assignment? due)
    {
        try
        {
            await before;
            MemberReport? former = reporter?.Report();
            await (due is null ? StopRun("the silo has taken the work away") : Take(due));
            if (former is not null && former.Attempt != due?.Attempt)
            {
                stopped.Enqueue(former with { Phase = MemberPhase.Stopped, Result = null, Checkpoints = null });
            }

            wakeUp.Beat();
        }
        catch (Exception fault)
        {
            World.Simulator.Fail(fault);
        }
    }

    private async Task Take(Assignment due)
    {
        if (EngineSlot.GoesOn(held, ended.IsCompleted, due))
        {
            held = due;
            run!.Take(due);
            return;
        }

        await StopRun("other work is assigned");
        Say(() => $"begins {due.Attempt}.{due.Generation}{(due.Joins ? ", to join" : "")}");
        held = due;
        RunReporter reporting = new(due, WorkerId, Incarnation, World.Simulator.Time, wakeUp.Beat);
        reporter = reporting;
        Engine next = new(this, due, reporting);
        run = next;
        var completion = new TaskCompletionSource();
        ended = completion.Task;
        Life.Spawn(async () =>
        {
            RunOutcome outcome = await next.Run();
            if (!next.IsAborted)
            {
                Say(() => $"ended: {outcome.Fault}");
                reporting.Ended(outcome);
            }

            completion.SetResult();
        });
    }

    private async Task StopRun(string reason)
    {
        if (!ended.IsCompleted)
        {
            Say(() => $"gives its run up: {reason}");
            run!.Abort(reason);
        }

        await ended;
        (run, reporter, held) = (null, null, null);
    }
}
