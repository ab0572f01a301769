using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Faults;

/// <summary>
/// Gives worker processes their orders, over a Unix socket whose path they get in their environment, and hears what they do. Starts
/// and ends no process.
/// </summary>
internal sealed class FaultDriver : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<string, FaultedProcess> processes = new();
    private readonly ConcurrentDictionary<string, FaultOrder> awaiting = new();
    private readonly IReadOnlyList<FaultOrder> greeting;

    /// <summary>Listens.</summary>
    /// <param name="folder">Where the socket lies.</param>
    /// <param name="greeting">What every process is told first.</param>
    public FaultDriver(string folder, params FaultOrder[] greeting)
    {
        this.greeting = greeting;
        Path = System.IO.Path.Combine(folder, "faults.socket");
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>Of the socket, for the workers' environment.</summary>
    public string Path { get; }

    /// <summary>What each process says, on a thread of its own.</summary>
    public event Action<FaultReport>? Reported;

    /// <summary>The last process of each name, dead or alive.</summary>
    public IReadOnlyCollection<FaultedProcess> Processes => [.. processes.Values];

    /// <summary>The last process of a name; null before the first.</summary>
    public FaultedProcess? Find(string workerId) => processes.GetValueOrDefault(workerId);

    /// <summary>An order for the next process of a name, given as soon as it dials.</summary>
    public void OrderNext(string workerId, FaultOrder order) => awaiting[workerId] = order;

    /// <summary>Takes it back.</summary>
    public void ForgetNext(string workerId) => awaiting.TryRemove(workerId, out _);

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = HearAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task HearAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        using var writer = new StreamWriter(stream) { AutoFlush = true };
        try
        {
            if (await reader.ReadLineAsync() is not { } hello || hello.Split(' ') is not ["worker", var workerId, var number])
            {
                return;
            }

            var process = new FaultedProcess(workerId, int.Parse(number, CultureInfo.InvariantCulture), writer);
            foreach (var order in greeting)
            {
                process.Order(order);
            }

            if (awaiting.TryRemove(workerId, out var own))
            {
                process.Order(own);
            }

            processes[workerId] = process;
            while (await reader.ReadLineAsync() is { } line)
            {
                if (FaultReport.Read(workerId, process.ProcessId, line) is { } report)
                {
                    Reported?.Invoke(report);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // It died.
        }
    }
}
