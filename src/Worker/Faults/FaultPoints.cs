using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Worker.Faults;

/// <summary>
/// Lets whoever started this process have it die, stop, lose its links, or read the wrong samples at a certain point of its training, to
/// see what the others make of it. Off unless <see cref="FaultOrder.SocketVariable"/> names a Unix socket of theirs: this process dials there once and listens nowhere, so
/// no order comes over a network. Switched off, a point costs a look at one static field. Decides nothing itself.
/// </summary>
internal sealed partial class FaultPoints
{
    private const int SigKill = 9;
    private const int SigStop = 19;

    private static FaultPoints? given;

    private readonly Lock gate = new();
    private readonly List<Pending> pending = [];
    private readonly StreamWriter writer;
    private readonly StreamReader reader;
    private int generation;
    private CollectiveGroup? group;
    private FaultAction? misreading;

    private FaultPoints(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        (writer, reader) = (new StreamWriter(stream) { AutoFlush = true }, new StreamReader(stream));
    }

    /// <summary>Switches the points on, if there is somebody to give orders.</summary>
    /// <param name="path">Of the socket; null or empty for nobody.</param>
    /// <param name="workerId">What this process calls itself there.</param>
    /// <exception cref="ArgumentException">Nobody listens.</exception>
    public static void Open(string? path, string workerId)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new ArgumentException($"{FaultOrder.SocketVariable} = {path}: nobody listens there ({fault.Message}): only a test of failures sets it", fault);
        }

        var points = new FaultPoints(socket);
        points.writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worker {workerId} {Environment.ProcessId}"));
        new Thread(points.TakeOrders) { IsBackground = true, Name = "fault points" }.Start();
        given = points;
    }

    /// <summary>The engine has joined a group. Engine thread.</summary>
    public static void Enter(int generation, CollectiveGroup joined)
    {
        if (given is { } points)
        {
            (points.generation, points.group) = (generation, joined);
        }
    }

    /// <summary>The engine, or what writes its checkpoint, is at a point of a step.</summary>
    public static void At(FaultPoint point, long step) => given?.Arrive(point, step);

    /// <summary>The samples that a replica reads: those that are due, unless it was ordered at this point to misread them. Engine thread.</summary>
    public static MicroBatch Due(MicroBatch samples) => given?.misreading is { } how ? given.Misread(samples, how) : samples;

    /// <summary>What a group calls in its phases; null when the points are off.</summary>
    public static Action<CollectivePhase, long>? Phases => given is null ? null
        : static (phase, step) => At(phase == CollectivePhase.Gather ? FaultPoint.Gather : FaultPoint.Reduce, step);

    private void TakeOrders()
    {
        try
        {
            while (reader.ReadLine() is { } line)
            {
                lock (gate)
                {
                    if (line == "clear")
                    {
                        pending.RemoveAll(static one => one.Order.Action != FaultAction.Tell);
                    }
                    else
                    {
                        pending.Add(new Pending(FaultOrder.Parse(line)));
                    }
                }
            }
        }
        catch (IOException)
        {
            // Whoever gave the orders is gone; what was ordered stays.
        }
    }

    private void Arrive(FaultPoint point, long step)
    {
        lock (gate)
        {
            foreach (var one in pending.ToArray())
            {
                if (one.Order.Point == point && step >= one.Order.FromStep && ++one.Arrivals >= one.Order.Arrival)
                {
                    Do(one, step);
                }
            }
        }
    }

    private void Do(Pending due, long step)
    {
        var (action, point) = (due.Order.Action, due.Order.Point);
        if (action != FaultAction.Tell)
        {
            pending.Remove(due);
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"at {action} {point} {step} {generation} {Stopwatch.GetTimestamp()}"));
        switch (action)
        {
            case FaultAction.Kill:
                _ = kill(Environment.ProcessId, SigKill);
                break;
            case FaultAction.Stop:
                _ = kill(Environment.ProcessId, SigStop);
                break;
            case FaultAction.Cut:
                group?.CutLinks();
                break;
            case FaultAction.Repeat or FaultAction.Skip or FaultAction.Swap:
                misreading = action;
                break;
        }
    }

    private MicroBatch Misread(MicroBatch samples, FaultAction how)
    {
        misreading = null;
        var numbers = samples.Numbers.ToArray();
        if (numbers is not [var first, var second, ..])
        {
            return samples;
        }

        long[] beginning = how switch
        {
            FaultAction.Repeat => [first, first],
            FaultAction.Skip => [second],
            _ => [second, first],
        };
        return new MicroBatch((long[])[.. beginning, .. numbers[2..]]);
    }

    private void Say(string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (IOException)
        {
            // As above.
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int processId, int signal);

    private sealed class Pending(FaultOrder order)
    {
        public FaultOrder Order { get; } = order;

        public int Arrivals { get; set; }
    }
}
