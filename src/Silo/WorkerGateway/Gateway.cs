using System.Net.WebSockets;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Grains.Metrics;
using SeqCluster.Silo.Storage;
using SeqCluster.Silo.Telemetry;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// All workers' connections of this silo: refuses those that break the rules, holds the others, and tells the grains of a
/// worker that is gone. One connection's fault never reaches another one.
/// </summary>
internal sealed partial class Gateway(
    IGrainFactory grains, IJobLogs logs, StoreCondition store, GatewayOptions options, TimeProvider time, ILogger<Gateway> logger)
{
    private static readonly TimeSpan LastWordsBound = TimeSpan.FromSeconds(1);
    private readonly ConnectionTable table = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly string siloId = Guid.NewGuid().ToString("N");
    private int connections;

    /// <summary>Connections now.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>How many connected workers a job holds, and how many are free.</summary>
    public (int Busy, int Idle) Occupation()
    {
        var open = table.All().Where(static connection => connection.IsOpen).ToList();
        var busy = open.Count(static connection => connection.JobId.Length > 0);
        return (busy, open.Count - busy);
    }

    /// <summary>The job that a connected worker does; empty when it does none or is not here.</summary>
    public string JobOf(string workerId) => table.Find(workerId)?.JobId ?? "";

    /// <summary>Serves one socket until it ends.</summary>
    public async Task Serve(WebSocket socket, GatewayCaller caller)
    {
        var receiver = new FrameReceiver(socket, time);
        try
        {
            if (Interlocked.Increment(ref connections) > options.MaximumConnections)
            {
                await Refuse(socket, receiver, $"{options.MaximumConnections} workers are connected: no more are taken", retryable: true);
                return;
            }

            if (await receiver.Next(options.HelloBound, stopping.Token) is not HelloFrame hello)
            {
                throw GatewayClosedException.Refuse("the first frame must be Hello");
            }

            await Serve(socket, receiver, hello, caller);
        }
        catch (GatewayClosedException closed)
        {
            LogTurnedAway(logger, caller.Address, closed.Message);
            await End(socket, receiver, closed);
        }
        catch (OperationCanceledException)
        {
            await End(socket, receiver, new GatewayClosedException("the silo stops", CloseKind.Stopping));
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    /// <summary>A worker process of this machine has ended: nobody waits for it to come back.</summary>
    public void ProcessEnded(string workerId, string reason) => table.Find(workerId)?.End(reason);

    /// <summary>Tells every worker that the silo stops, and closes.</summary>
    public void Stop()
    {
        stopping.Cancel();
        foreach (var connection in table.All())
        {
            connection.Close("the silo stops", CloseKind.Stopping);
        }
    }

    private async Task Serve(WebSocket socket, FrameReceiver receiver, HelloFrame hello, GatewayCaller caller)
    {
        var connection = new WorkerConnection(
            hello, caller.Address, receiver, giveUp => new FrameSender(socket, options, time, giveUp), grains, logs, store, options, time, logger);
        await SettleContest(connection);
        if (!table.TryEnter(connection, out var displaced))
        {
            throw new GatewayClosedException("a newer incarnation holds the slot", CloseKind.Replaced);
        }

        displaced?.Close(
            displaced.Offer.Incarnation == hello.Incarnation ? "it connected again" : "a newer incarnation holds the slot", CloseKind.Replaced);
        using var cut = caller.Revoked.Register(() => connection.Close("its token was revoked", CloseKind.Refused));
        LogConnected(logger, caller.Address, hello.WorkerId, hello.Incarnation, hello.Device);
        var closed = await connection.Run(siloId);
        LogClosed(logger, hello.WorkerId, closed.Message);
        await End(socket, receiver, closed);
        await TellGrains(connection, closed);
    }

    // Two processes of one name must not take the slot from each other for ever. A dead process whose end was not heard of yet
    // has no heart: whoever is heard once more, a while after the newcomer came, is alive and stays.
    private async Task SettleContest(WorkerConnection newcomer)
    {
        if (table.Find(newcomer.Offer.WorkerId) is not { IsOpen: true } holder || holder.Offer.Incarnation == newcomer.Offer.Incarnation)
        {
            return;
        }

        LogContested(logger, newcomer.Offer.WorkerId, newcomer.Address, holder.Address);
        if (await holder.IsHeardAgain(options.ContestBound, stopping.Token))
        {
            throw GatewayClosedException.Refuse(
                $"the id {newcomer.Offer.WorkerId} is that of another worker, which is alive at {holder.Address}: give this one another --id, or stop that one");
        }
    }

    private async Task TellGrains(WorkerConnection connection, GatewayClosedException closed)
    {
        if (closed.Kind is CloseKind.Broken or CloseKind.Failed)
        {
            await Suspect(connection);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(connection.Ended, stopping.Token);
            await Task.Delay(options.ReturnBound, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (closed.Kind is CloseKind.Broken or CloseKind.Failed or CloseKind.Silent)
        {
            await WhileAtWork(connection);
        }

        if (!stopping.IsCancellationRequested && !table.IsBack(connection))
        {
            table.Forget(connection);
            await Lost(connection, closed);
        }
    }

    // Nobody who is only unheard is given up while the others get on with it: a step needs every member.
    private async Task WhileAtWork(WorkerConnection connection)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(connection.Ended, stopping.Token);
        try
        {
            while (!either.IsCancellationRequested && connection.JobId.Length > 0 && !table.IsBack(connection) && await IsAtWork(connection))
            {
                await Task.Delay(WireProtocol.HeartbeatInterval, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogNotTold(logger, connection.Offer.WorkerId, fault);
        }
    }

    private Task<bool> IsAtWork(WorkerConnection connection) => store.Persist(
        () => grains.GetGrain<IReductionCoordinatorGrain>(connection.JobId).IsAtWork(connection.Offer.WorkerId, connection.Offer.Incarnation),
        stopping.Token);

    // With what its peers see it is lost at once; without it may come back.
    private async Task Suspect(WorkerConnection connection)
    {
        try
        {
            await store.Persist(
                () => connection.JobId.Length > 0 && !stopping.IsCancellationRequested && !table.IsBack(connection)
                    ? grains.GetGrain<IReductionCoordinatorGrain>(connection.JobId)
                        .MemberSuspect(connection.Offer.WorkerId, connection.Offer.Incarnation)
                    : Task.CompletedTask,
                stopping.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogNotTold(logger, connection.Offer.WorkerId, fault);
        }
    }

    private async Task Lost(WorkerConnection connection, GatewayClosedException closed)
    {
        try
        {
            SiloMeters.WorkersLost.Add(1);
            await store.Persist(() => table.IsBack(connection) ? Task.CompletedTask : TellLost(connection, closed), stopping.Token);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogNotTold(logger, connection.Offer.WorkerId, fault);
        }
    }

    private async Task TellLost(WorkerConnection connection, GatewayClosedException closed)
    {
        var (workerId, incarnation) = (connection.Offer.WorkerId, connection.Offer.Incarnation);
        await grains.GetGrain<IWorkerGrain>(workerId).Disconnect(incarnation, closed.Message);
        if (connection.JobId.Length > 0)
        {
            await grains.GetGrain<IReductionCoordinatorGrain>(connection.JobId)
                .MemberLost(workerId, incarnation, closed.Message, isDead: closed.Kind == CloseKind.Left || connection.Ended.IsCancellationRequested);
        }
    }

    private Task End(WebSocket socket, FrameReceiver receiver, GatewayClosedException closed) => closed.Kind switch
    {
        CloseKind.Refused or CloseKind.Replaced => Refuse(socket, receiver, closed.Message, retryable: false),
        CloseKind.Failed or CloseKind.Silent => Refuse(socket, receiver, closed.Message, retryable: true),
        CloseKind.Stopping => Say(socket, receiver, new ShutdownFrame { Reason = closed.Message }),
        _ => Say(socket, receiver, null),
    };

    private Task Refuse(WebSocket socket, FrameReceiver receiver, string reason, bool retryable)
    {
        SiloMeters.ConnectionsRefused.Add(1);
        var text = reason.Length <= WireProtocol.MaximumReasonLength ? reason : reason[..WireProtocol.MaximumReasonLength];
        return Say(socket, receiver, new RefusedFrame { Reason = text, Retryable = retryable });
    }

    // The last words are a courtesy with a short bound of their own: the other end may be long gone.
    private async Task Say(WebSocket socket, FrameReceiver receiver, SiloFrame? last)
    {
        using var bound = new CancellationTokenSource(LastWordsBound);
        try
        {
            if (last is not null && socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.SendAsync(WireCodec.Encode(last!), WebSocketMessageType.Binary, true, bound.Token);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token);
            await receiver.Drain(bound.Token);
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort();
        }
    }
}
