using System.Threading.Channels;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Grains.Metrics;
using SeqCluster.Silo.Storage;
using SeqCluster.Silo.Telemetry;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// A welcomed worker: passes its frames to the grains in their order, and its due assignment to it; what the store cannot take now waits. The object is what the
/// worker grain's observer reference points to; the gateway holds it as long as the connection lasts. Decides nothing.
/// </summary>
internal sealed partial class WorkerConnection : IWorkerObserver
{
    private readonly IGrainFactory grains;
    private readonly IJobLogs logs;
    private readonly StoreCondition store;
    private readonly FrameQueue frames;
    private readonly FrameReceiver receiver;
    private readonly FrameSender sender;
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationTokenSource ended = new();

    // One place: any number of wishes to look at the grain again are one.
    private readonly Channel<bool> looks = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private GatewayClosedException? closeReason;
    private MemberReport? lastReport;
    private long sentVersion = -1;
    private bool sentNothing;
    private int silenceMs;
    private bool skewIsTold;
    private volatile bool mustSend;
    private volatile bool beatWaits;
    private TaskCompletionSource<bool> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerConnection(
        HelloFrame hello, string address, FrameReceiver receiver, Func<Action<string>, FrameSender> sender, IGrainFactory grains, IJobLogs logs,
        StoreCondition store, GatewayOptions options, TimeProvider time, ILogger logger)
    {
        Offer = hello.Offer;
        JobId = hello.JobId;
        Address = address;
        this.receiver = receiver;
        this.sender = sender(reason => Close(reason, CloseKind.Broken));
        this.grains = grains;
        this.logs = logs;
        this.store = store;
        frames = new FrameQueue(Handle, store);
        this.options = options;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Who is connected.</summary>
    public WorkerOffer Offer { get; }

    /// <summary>Where it connected from.</summary>
    public string Address { get; }

    /// <summary>Whether the connection has not ended.</summary>
    public bool IsOpen => !closing.IsCancellationRequested;

    /// <summary>The job that the worker was last told to do, or said that it does; empty for none.</summary>
    public string JobId { get; private set; }

    // The job may have bounds of its own.
    private TimeSpan Silence => Volatile.Read(ref silenceMs) is > 0 and var ms ? TimeSpan.FromMilliseconds(ms) : options.SilenceBound;

    private IWorkerGrain Grain => grains.GetGrain<IWorkerGrain>(Offer.WorkerId);

    /// <inheritdoc/>
    public Task AssignmentChanged(long version)
    {
        looks.Writer.TryWrite(true);
        return Task.CompletedTask;
    }

    /// <summary>Ends <see cref="Run"/> with this reason, unless it ends for another already.</summary>
    public void Close(string reason, CloseKind kind)
    {
        Interlocked.CompareExchange(ref closeReason, new GatewayClosedException(reason, kind), null);
        closing.Cancel();
    }

    /// <summary>Whether a frame comes that was not on its way already; false when the connection ends, or the time.</summary>
    public async Task<bool> IsHeardAgain(TimeSpan bound, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, stop);
        await Task.Delay(WireProtocol.HeartbeatInterval, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            return IsOpen && await Volatile.Read(ref heard).Task.WaitAsync(bound, time, either.Token);
        }
        catch (Exception fault) when (fault is TimeoutException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Cancelled when the worker's process is known to be gone, also after the connection broke.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>The worker's process is gone.</summary>
    public void End(string reason)
    {
        Close(reason, CloseKind.Left);
        ended.Cancel();
    }

    /// <summary>Serves the connection until it ends.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<GatewayClosedException> Run(string siloId)
    {
        var observer = grains.CreateObjectReference<IWorkerObserver>(this);
        var sending = sender.Run(closing.Token);
        Task assigning = Task.CompletedTask;
        Task handling = Task.CompletedTask;
        try
        {
            var assignment = await store.Persist(() => Grain.Connect(Offer, observer), closing.Token);
            sender.Send(new WelcomeFrame { HeartbeatIntervalMs = (int)WireProtocol.HeartbeatInterval.TotalMilliseconds, SiloId = siloId });
            await Look(observer, assignment);
            assigning = KeepAssigned(observer);
            handling = HandleAll();
            await Receive(handling);
        }
        catch (Exception fault)
        {
            CloseFor(fault);
        }

        await handling;
        await assigning;
        await sending;
        grains.DeleteObjectReference<IWorkerObserver>(observer);
        return closeReason!;
    }

    private async Task Receive(Task handling)
    {
        WorkerFrame? frame = null;
        try
        {
            while (frame is not GoodbyeFrame)
            {
                // Time spent in a grain is ours: only waiting for the worker counts as its silence.
                frame = await receiver.Next(Silence, closing.Token);
                SiloMeters.FramesReceived.Add(1);
                Interlocked.Exchange(ref heard, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(true);
                await Take(frame);
            }
        }
        finally
        {
            frames.Complete();
            if (store.Fault is null || frame is GoodbyeFrame)
            {
                // What came before the end counts. Whose connection broke while the store is away still has it all.
                await handling;
            }
        }
    }

    private async Task Take(WorkerFrame frame)
    {
        if (frame is HeartbeatFrame beat)
        {
            LookWhere(beat);
            if (!frames.IsIdle)
            {
                sender.Send(new HeartbeatAckFrame { AssignmentVersion = beat.AssignmentVersion });
                if (beatWaits)
                {
                    // The next one brings what it would have told.
                    return;
                }
            }

            beatWaits = true;
        }

        await frames.Add(frame, closing.Token);
    }

    private async Task HandleAll()
    {
        try
        {
            await frames.Run(closing.Token);
        }
        catch (Exception fault)
        {
            CloseFor(fault);
        }
    }

    private void CloseFor(Exception fault)
    {
        var reason = fault as GatewayClosedException;
        if (reason is null && closeReason is null)
        {
            LogFailed(logger, Offer.WorkerId, fault);
        }

        Close(reason?.Message ?? $"the silo could not serve it: {fault.Message}", reason?.Kind ?? CloseKind.Failed);
    }

    private async Task Handle(WorkerFrame frame)
    {
        switch (frame)
        {
            case HeartbeatFrame beat:
                if (beat.Report is { } told && IsNews(told, lastReport))
                {
                    await Forward(told);
                }

                beatWaits = false;
                sender.Send(new HeartbeatAckFrame { AssignmentVersion = beat.AssignmentVersion });
                break;
            case MemberReportFrame { Report: var report }:
                await Forward(report);
                break;
            case StepReportsFrame reports:
                await Store(reports);
                break;
            case LogFrame log:
                await Store(log);
                break;
            case GoodbyeFrame goodbye:
                throw new GatewayClosedException(Shortened(goodbye.Reason), CloseKind.Left);
            default:
                throw GatewayClosedException.Refuse($"{frame.GetType().Name} is not due now");
        }
    }

    // A heartbeat ends here unless it brings news: the grains hear of a change, and of a worker that acts on something stale.
    private void LookWhere(HeartbeatFrame beat)
    {
        var isCurrent = beat.AssignmentVersion == Volatile.Read(ref sentVersion)
            || (beat.AssignmentVersion == 0 && Volatile.Read(ref sentNothing));
        if (!isCurrent)
        {
            mustSend = true;
            looks.Writer.TryWrite(true);
        }
    }

    /// <summary>
    /// Whether the coordinator hears of a heartbeat's report: it differs from the last one, or its member rests and waits for an
    /// answer. The coordinator may have begun anew since, from what was stored before it heard.
    /// </summary>
    internal static bool IsNews(MemberReport report, MemberReport? last) =>
        last is null
        || report.Phase is MemberPhase.Halted or MemberPhase.Prepared or MemberPhase.Done or MemberPhase.Yielded or MemberPhase.Faulted
        || report != last with { Checkpoints = report.Checkpoints }
        || !(report.Checkpoints ?? []).SequenceEqual(last.Checkpoints ?? []);

    private async Task Forward(MemberReport report)
    {
        if (report.WorkerId != Offer.WorkerId || report.Incarnation != Offer.Incarnation)
        {
            throw GatewayClosedException.Refuse($"a report of {report.WorkerId}/{report.Incarnation} over the connection of {Offer.WorkerId}/{Offer.Incarnation}");
        }

        JobId = report.JobId;
        await grains.GetGrain<IReductionCoordinatorGrain>(report.JobId).Report(report);
        lastReport = report;
    }

    private async Task Store(StepReportsFrame frame)
    {
        if (frame.Reports.WorkerId != Offer.WorkerId)
        {
            throw GatewayClosedException.Refuse($"step reports of {frame.Reports.WorkerId} over the connection of {Offer.WorkerId}");
        }

        var contradiction = await grains.GetGrain<IMetricsGrain>(frame.Reports.JobId).Append(frame.Reports);
        if (contradiction.Length > 0)
        {
            // Acknowledged only after the job's coordinator knows: a silo that dies in between is told again.
            await grains.GetGrain<IReductionCoordinatorGrain>(frame.Reports.JobId).Contradicted(contradiction);
        }

        sender.Send(new StepReportsAckFrame { Sequence = frame.Sequence });
    }

    private async Task Store(LogFrame frame)
    {
        if (frame.JobId.Length == 0)
        {
            foreach (var line in frame.Lines)
            {
                LogWorkerLine(logger, Offer.WorkerId, line.Text);
            }

            return;
        }

        var now = time.GetUtcNow();
        if (!skewIsTold && WorkerClock.SkewOf(frame.Lines, now) is var skew && skew != TimeSpan.Zero)
        {
            skewIsTold = true;
            LogSkew(logger, Offer.WorkerId, skew.TotalSeconds);
        }

        await logs.Append(frame.JobId, [.. frame.Lines.Select(line => new JobLogLine(
            0, WorkerClock.TimeOf(line, now), Offer.WorkerId,
            line.Level == "information" ? line.Text : $"{line.Level}: {line.Text}"))]);
    }

    private async Task KeepAssigned(IWorkerObserver observer)
    {
        try
        {
            while (true)
            {
                using var renewal = new CancellationTokenSource(options.RenewInterval, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(renewal.Token, closing.Token);
                try
                {
                    await looks.Reader.ReadAsync(either.Token);
                }
                catch (OperationCanceledException) when (!closing.IsCancellationRequested)
                {
                    // Nothing changed: renew.
                }

                await store.Persist(() => Look(observer, null), closing.Token);
            }
        }
        catch (Exception fault)
        {
            if (closeReason is null && fault is not GatewayClosedException)
            {
                LogFailed(logger, Offer.WorkerId, fault);
            }

            Close(fault.Message, (fault as GatewayClosedException)?.Kind ?? CloseKind.Failed);
        }
    }

    // Renews the subscription and sends what the worker should hold, when that is not what was sent last.
    private async Task Look(IWorkerObserver observer, Assignment? known)
    {
        var version = known?.Version ?? await Grain.Heartbeat(Offer.Incarnation, observer);
        if (version == IWorkerGrain.NotConnected)
        {
            throw new GatewayClosedException("a newer incarnation holds the slot", CloseKind.Replaced);
        }

        if (version == sentVersion && !mustSend)
        {
            return;
        }

        mustSend = false;
        var assignment = known ?? await Grain.GetAssignment(Offer.Incarnation);
        JobId = assignment?.JobId ?? "";
        Volatile.Write(ref silenceMs, assignment?.SilenceMs ?? 0);
        Volatile.Write(ref sentNothing, assignment is null);
        Volatile.Write(ref sentVersion, assignment?.Version ?? version);
        sender.Send(new AssignmentFrame { Version = sentVersion, Assignment = assignment });
    }

    private static string Shortened(string reason) =>
        reason.Length <= WireProtocol.MaximumReasonLength ? reason : reason[..WireProtocol.MaximumReasonLength];
}
