namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// Which connection holds which worker slot, also for a while after it broke, and which incarnations were replaced: these never
/// come back, or two processes could take the slot from each other for ever. Safe for concurrent callers.
/// </summary>
internal sealed class ConnectionTable
{
    private const int ReplacedBound = 1_024;
    private readonly Lock gate = new();
    private readonly Dictionary<string, WorkerConnection> slots = new(StringComparer.Ordinal);
    private readonly HashSet<(string WorkerId, string Incarnation)> replaced = [];
    private readonly Queue<(string WorkerId, string Incarnation)> replacedOrder = new();

    /// <summary>Gives the slot to the connection.</summary>
    /// <param name="connection">The new one.</param>
    /// <param name="displaced">Who held the slot until now.</param>
    /// <returns>false when its incarnation was replaced before.</returns>
    public bool TryEnter(WorkerConnection connection, out WorkerConnection? displaced)
    {
        lock (gate)
        {
            displaced = null;
            var offer = connection.Offer;
            if (replaced.Contains((offer.WorkerId, offer.Incarnation)))
            {
                return false;
            }

            if (slots.TryGetValue(offer.WorkerId, out displaced) && displaced.Offer.Incarnation != offer.Incarnation)
            {
                Remember((offer.WorkerId, displaced.Offer.Incarnation));
            }

            slots[offer.WorkerId] = connection;
            return true;
        }
    }

    /// <summary>The connection that holds the slot, or held it last.</summary>
    public WorkerConnection? Find(string workerId)
    {
        lock (gate)
        {
            return slots.GetValueOrDefault(workerId);
        }
    }

    /// <summary>Whether the same process holds the slot by another connection.</summary>
    public bool IsBack(WorkerConnection connection) =>
        Find(connection.Offer.WorkerId) is { } holder && holder != connection && holder.Offer.Incarnation == connection.Offer.Incarnation;

    /// <summary>Frees the slot, if the connection still holds it.</summary>
    public void Forget(WorkerConnection connection)
    {
        lock (gate)
        {
            if (slots.GetValueOrDefault(connection.Offer.WorkerId) == connection)
            {
                slots.Remove(connection.Offer.WorkerId);
            }
        }
    }

    /// <summary>All that hold a slot.</summary>
    public IReadOnlyList<WorkerConnection> All()
    {
        lock (gate)
        {
            return [.. slots.Values];
        }
    }

    private void Remember((string, string) incarnation)
    {
        replaced.Add(incarnation);
        replacedOrder.Enqueue(incarnation);
        if (replacedOrder.Count > ReplacedBound)
        {
            replaced.Remove(replacedOrder.Dequeue());
        }
    }
}
