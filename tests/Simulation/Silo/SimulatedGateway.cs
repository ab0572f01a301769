using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Network;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>How a worker's connection ended, and so what it says of the worker.</summary>
internal enum CloseKind
{
    Broken,
    Silent,
    Left,
    Refused,
    Failed,
}

/// <summary>
/// What the gateway does by the rules of <c>docs/protocols/worker-wire.md</c>: who holds a slot, who is suspect, who is lost. One
/// for each life of the silo.
/// </summary>
internal sealed class SimulatedGateway(SimulatedSilo silo)
{
    private static readonly TimeSpan ReturnBound = WireProtocol.SilenceBound;
    private static readonly TimeSpan ContestBound = WireProtocol.SilenceBound;
    private readonly Dictionary<string, GatewayConnection> slots = [];
    private readonly HashSet<string> replaced = [];

    /// <summary>A worker opens a connection.</summary>
    public Connection Open(ConnectionEnd worker)
    {
        var served = new GatewayConnection(silo);
        Connection connection = silo.World.Network.Connect(worker, new ConnectionEnd(
            silo.Life, SimulatedSilo.Host, frame => served.Arrived((WorkerFrame)frame), served.Ended));
        served.Use(connection);
        silo.Life.Spawn(() => Serve(served));
        return connection;
    }

    /// <summary>A process that this silo started has ended.</summary>
    public void ProcessEnded(WorkerProcess process)
    {
        if (slots.GetValueOrDefault(process.WorkerId) is { } holder && holder.Offer.Incarnation == process.Incarnation)
        {
            holder.End();
        }
    }

    private async Task Serve(GatewayConnection connection)
    {
        if (await connection.Greet() && await Enter(connection))
        {
            CloseKind kind = await connection.Run();
            connection.Close(kind);
            await TellGrains(connection, kind);
        }
        else
        {
            connection.Close(CloseKind.Refused);
        }
    }

    private async Task<bool> Enter(GatewayConnection newcomer)
    {
        string workerId = newcomer.Offer.WorkerId;
        GatewayConnection? holder = slots.GetValueOrDefault(workerId);
        if (holder is { IsOpen: true } && holder.Offer.Incarnation != newcomer.Offer.Incarnation)
        {
            await silo.Life.Delay(WireProtocol.HeartbeatInterval);
            if (holder.IsOpen && await holder.IsHeardAgain(ContestBound))
            {
                return false;
            }
        }

        if (replaced.Contains(newcomer.Offer.Incarnation))
        {
            return false;
        }

        if (slots.TryGetValue(workerId, out holder))
        {
            if (holder.Offer.Incarnation != newcomer.Offer.Incarnation)
            {
                replaced.Add(holder.Offer.Incarnation);
            }

            holder.Cut(CloseKind.Refused);
        }

        slots[workerId] = newcomer;
        return true;
    }

    private async Task TellGrains(GatewayConnection connection, CloseKind kind)
    {
        if (kind is CloseKind.Broken or CloseKind.Failed)
        {
            if (connection.HasJob && !IsBack(connection))
            {
                await Try(() => silo.Call<CoordinatorActivation>(
                    World.CoordinatorKey, one => one.MemberSuspect(connection.Offer.WorkerId, connection.Offer.Incarnation)));
            }

            await connection.WaitForEnd(ReturnBound);
        }

        if (kind is CloseKind.Broken or CloseKind.Failed or CloseKind.Silent)
        {
            await WhileAtWork(connection);
        }

        if (IsBack(connection))
        {
            return;
        }

        if (slots.GetValueOrDefault(connection.Offer.WorkerId) == connection)
        {
            slots.Remove(connection.Offer.WorkerId);
        }

        string reason = $"its connection is {kind}";
        await Try(() => silo.Call<SlotActivation>(connection.Offer.WorkerId, slot => slot.Disconnect(connection.Offer.Incarnation, reason)));
        if (connection.HasJob)
        {
            await Try(() => silo.Call<CoordinatorActivation>(
                World.CoordinatorKey, one => one.MemberLost(
                    connection.Offer.WorkerId, connection.Offer.Incarnation, reason, isDead: kind == CloseKind.Left || connection.HasProcessEnded)));
        }
    }

    private async Task WhileAtWork(GatewayConnection connection)
    {
        bool isAtWork = connection.HasJob;
        while (isAtWork && !connection.HasProcessEnded && !IsBack(connection))
        {
            isAtWork = false;
            await Try(async () => isAtWork = await silo.Call<CoordinatorActivation, bool>(
                World.CoordinatorKey, one => one.IsAtWork(connection.Offer.WorkerId, connection.Offer.Incarnation)));
            if (isAtWork)
            {
                await connection.WaitForEnd(WireProtocol.HeartbeatInterval);
            }
        }
    }

    private bool IsBack(GatewayConnection connection) =>
        slots.GetValueOrDefault(connection.Offer.WorkerId) is { } holder && holder != connection
        && holder.Offer.Incarnation == connection.Offer.Incarnation;

    // What cannot be told now, announcements and silence tell later.
    private static async Task Try(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception fault) when (fault is IOException or StaleWriteException)
        {
        }
    }
}
