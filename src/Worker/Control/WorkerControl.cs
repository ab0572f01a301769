using System.Collections.Concurrent;
using System.Net.WebSockets;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Worker.Pinning;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Control;

/// <summary>
/// Keeps the worker in touch with its silo and the engine at what the silo assigned. The engine trains on while the silo is
/// away; what it reports meanwhile is kept and sent again until it is acknowledged. Decides nothing about jobs.
/// </summary>
internal sealed class WorkerControl(
    SiloAccess silo, WorkerIdentity identity, Succession succession, EngineSlot engine, bool endsWithSilo, SiloContact contact, TimeProvider time,
    Action<string> say)
{
    /// <summary>Reports of a run that the silo does not take stop growing here: about a day of steps.</summary>
    private const int MaximumUnacknowledgedFrames = 4096;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ContactCheckInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DeliveryBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWordsBound = TimeSpan.FromSeconds(1);

    private readonly Queue<(StepReportsFrame Frame, TakenReports Taken)> unacknowledged = new();
    private readonly ConcurrentQueue<MemberReport> stopped = new();
    private readonly SemaphoreSlim wakeUp = new(0);
    private readonly Reconnection reconnection = new(new Random(Environment.ProcessId));
    private Task reconciling = Task.CompletedTask;
    private long version;
    private long sequence;
    private string refusal = "";
    private bool shutDown;
    private bool wasWelcomed;

    /// <summary>Runs until it is cancelled, refused for good, or its silo shuts down.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = WatchContactAsync(watching.Token);
        try
        {
            while (!cancellation.IsCancellationRequested && refusal.Length == 0 && !shutDown)
            {
                await ConnectOnceAsync(cancellation);
                if (refusal.Length == 0 && !shutDown)
                {
                    await Task.Delay(reconnection.Next(), time, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }

        await watching.CancelAsync();
        await watch;
        await reconciling;
        await engine.StopAsync("the worker process ends");
        if (refusal.Length > 0)
        {
            say($"the silo refuses this worker: {refusal}");
            return 1;
        }

        return 0;
    }

    private async Task WatchContactAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var reason = $"no answer from a silo for {contact.Silence.TotalSeconds:0} s: keeps the state and waits for one";
            if (engine.Held is { } held && contact.IsTooLongAgo(held) && engine.Park(reason))
            {
                say(reason);
            }

            await Task.Delay(ContactCheckInterval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectOnceAsync(CancellationToken cancellation)
    {
        using var session = new SiloSession();
        // Not linked: what is cancelled ends a connection before its last words.
        using var ending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var leaving = cancellation.Register(() => ending.CancelAfter(LastWordsBound));
        try
        {
            await session.OpenAsync(silo, Hello(), cancellation);
            foreach (var frame in Unacknowledged())
            {
                await session.SendAsync(frame, ending.Token);
            }

            var receiving = ReceiveAsync(session, ending);
            await SendAsync(session, cancellation, ending.Token);
            await receiving;
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or InvalidDataException or HttpRequestException)
        {
            // A certificate that was trusted once may be in exchange; one that never was is a fault of the command line.
            refusal = silo.IsDistrust(fault) && !wasWelcomed ? silo.Explain(fault) : "";
            if (refusal.Length == 0)
            {
                say($"no connection to the silo at {silo.Url}: {silo.Explain(fault)}");
            }
        }
        catch (NotLetInException fault)
        {
            refusal = fault.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            say($"the connection to the silo at {silo.Url} is closed");
        }
    }

    private HelloFrame Hello()
    {
        var held = engine.Held;
        return new HelloFrame
        {
            ProtocolVersion = WireProtocol.Version,
            WorkerId = identity.WorkerId,
            Incarnation = identity.Incarnation,
            HostId = identity.HostId,
            Device = identity.Device,
            DataPlaneAddress = identity.DataPlaneAddress,
            Fingerprint = identity.Fingerprints.Native,
            PortableFingerprint = identity.Fingerprints.Portable,
            AssignmentVersion = held is null ? 0 : version,
            JobId = held?.JobId ?? "",
            Attempt = held?.Attempt ?? 0,
            Generation = held?.Generation ?? 0,
        };
    }

    private async Task ReceiveAsync(SiloSession session, CancellationTokenSource ending)
    {
        try
        {
            var isFirstAssignment = true;
            while (await session.ReceiveAsync(ending.Token) is { } frame)
            {
                contact.Heard();
                switch (frame)
                {
                    case WelcomeFrame:
                        wasWelcomed = true;
                        reconnection.Succeeded();
                        break;
                    case AssignmentFrame assigned when isFirstAssignment || assigned.Version > version:
                        isFirstAssignment = false;
                        version = assigned.Version;
                        reconciling = ReconcileAsync(reconciling, assigned.Assignment);
                        break;
                    case StepReportsAckFrame acknowledged:
                        Forget(acknowledged.Sequence);
                        break;
                    case RefusedFrame refused:
                        refusal = refused.Retryable ? "" : refused.Reason;
                        say($"refused: {refused.Reason}");
                        return;
                    case ShutdownFrame:
                        shutDown = endsWithSilo;
                        return;
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    // One change after the other: the engine is stopped and started in the order in which assignments came.
    private async Task ReconcileAsync(Task before, Assignment? due)
    {
        await before;
        var former = engine.Reporter?.Report();
        if (due is null)
        {
            await engine.StopAsync("the silo has taken the work away");
        }
        else if (RunSetup.SpecOf(due) is var job && !succession.Suits(job))
        {
            await engine.StopAsync($"{due.JobId} wants numerics: {job.Numerics}");
            await AcknowledgedAsync();
            say($"begins anew, because {due.JobId} wants numerics: {job.Numerics}");
            succession.BeginAnew(job);
        }
        else
        {
            await engine.TakeAsync(due, given => new RunReporter(given, identity.WorkerId, identity.Incarnation, time, Wake));
        }

        if (former is not null && (former.JobId, former.Attempt) != (due?.JobId, due?.Attempt))
        {
            stopped.Enqueue(former with { Phase = MemberPhase.Stopped, Result = null, Checkpoints = null });
        }

        Wake();
    }

    // What this process has not delivered when it begins anew is lost with it.
    private async Task AcknowledgedAsync()
    {
        using var bound = new CancellationTokenSource(DeliveryBound, time);
        while (Unacknowledged().Length > 0 && !bound.IsCancellationRequested)
        {
            await Task.Delay(ReportInterval, time, bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Wake() => wakeUp.Release();

    // Until it shall leave; then the silo is told, so that it waits for nobody, and closes the connection.
    private async Task SendAsync(SiloSession session, CancellationToken leave, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leave, cancellation);
        var lastHeartbeat = long.MinValue;
        while (!leave.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reconciling.Exception is { } fault)
            {
                // Nothing that comes after it would be taken up: better that another process has the slot.
                throw new InvalidOperationException($"an assignment could not be taken up: {fault.InnerException!.Message}", fault.InnerException);
            }

            while (stopped.TryPeek(out var former))
            {
                await session.SendAsync(new MemberReportFrame { Report = former }, cancellation);
                stopped.TryDequeue(out _);
            }

            if (engine.Reporter is { } reporter)
            {
                await SendNewsAsync(session, reporter, cancellation);
            }

            var now = time.GetTimestamp();
            if (lastHeartbeat == long.MinValue || time.GetElapsedTime(lastHeartbeat, now) >= WireProtocol.HeartbeatInterval)
            {
                lastHeartbeat = now;
                await session.SendAsync(new HeartbeatFrame { AssignmentVersion = version, Report = engine.Reporter?.Report() }, cancellation);
            }

            await ((Task)wakeUp.WaitAsync(ReportInterval, either.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await session.SendAsync(new GoodbyeFrame { Reason = "its process was asked to end" }, cancellation);
    }

    // Steps before the report of the phase that they led to: when the silo hears "done" it has every step.
    private async Task SendNewsAsync(SiloSession session, RunReporter reporter, CancellationToken cancellation)
    {
        var change = reporter.TakeChangedReport();
        while (!IsFull() && reporter.TakeSteps() is { } taken)
        {
            var frame = new StepReportsFrame { Sequence = ++sequence, Reports = taken.Reports };
            lock (unacknowledged)
            {
                unacknowledged.Enqueue((frame, taken));
            }

            await session.SendAsync(frame, cancellation);
        }

        while (reporter.TakeLines() is { } lines)
        {
            await session.SendAsync(lines, cancellation);
        }

        if (change is not null)
        {
            await session.SendAsync(new MemberReportFrame { Report = change }, cancellation);
        }
    }

    private StepReportsFrame[] Unacknowledged()
    {
        lock (unacknowledged)
        {
            return [.. unacknowledged.Select(static one => one.Frame)];
        }
    }

    private bool IsFull()
    {
        lock (unacknowledged)
        {
            return unacknowledged.Count >= MaximumUnacknowledgedFrames;
        }
    }

    private void Forget(long acknowledged)
    {
        lock (unacknowledged)
        {
            while (unacknowledged.TryPeek(out var oldest) && oldest.Frame.Sequence <= acknowledged)
            {
                unacknowledged.Dequeue().Taken.Acknowledge();
            }
        }
    }
}
