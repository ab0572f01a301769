using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Faults;

/// <summary>A worker process that has dialled, to take orders.</summary>
/// <param name="workerId">Its name.</param>
/// <param name="processId">Its number.</param>
/// <param name="writer">To it.</param>
internal sealed class FaultedProcess(string workerId, int processId, StreamWriter writer)
{
    private readonly Lock gate = new();

    public string WorkerId { get; } = workerId;

    public int ProcessId { get; } = processId;

    /// <summary>Gives an order; one to a dead process is forgotten.</summary>
    public void Order(FaultOrder order) => Send($"{order}");

    /// <summary>Takes back whatever was ordered and not done, but for what it shall tell.</summary>
    public void Clear() => Send("clear");

    private void Send(string line)
    {
        lock (gate)
        {
            try
            {
                writer.WriteLine(line);
            }
            catch (Exception fault) when (fault is IOException or ObjectDisposedException)
            {
                // It has died.
            }
        }
    }
}
