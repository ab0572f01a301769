using System.Net.WebSockets;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.Tests;

/// <summary>The worker's end of the wire without a worker behind it.</summary>
internal sealed class WireClient : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[WireProtocol.MaximumFrameBytes];

    private WireClient(string workerId, string incarnation) => (WorkerId, Incarnation) = (workerId, incarnation);

    public string WorkerId { get; }

    public string Incarnation { get; }

    public static async Task<WireClient> Open(Uri silo, string workerId = "w0", string incarnation = "i0", SiloAccess? access = null)
    {
        var client = new WireClient(workerId, incarnation);
        access?.Configure(client.socket.Options);
        await client.socket.ConnectAsync(
            new UriBuilder(silo) { Scheme = silo.Scheme == "https" ? "wss" : "ws", Path = WireProtocol.Path }.Uri, Deadline.Token());
        return client;
    }

    /// <summary>Opens, says hello and takes the welcome and the first assignment.</summary>
    public static async Task<WireClient> Join(Uri silo, string workerId, string incarnation = "i0", SiloAccess? access = null)
    {
        var client = await Open(silo, workerId, incarnation, access);
        await client.Send(client.Hello());
        await client.Receive<WelcomeFrame>();
        return client;
    }

    public HelloFrame Hello(int version = WireProtocol.Version) => new()
    {
        ProtocolVersion = version,
        WorkerId = WorkerId,
        Incarnation = Incarnation,
        HostId = "host",
        Device = "cpu",
        DataPlaneAddress = "127.0.0.1:1",
        Fingerprint = "same",
        PortableFingerprint = "",
        AssignmentVersion = 0,
        JobId = "",
        Attempt = 0,
        Generation = 0,
    };

    public MemberReport Report(Assignment assignment, int step, MemberPhase phase, JobResult? result = null) => new()
    {
        JobId = assignment.JobId,
        Attempt = assignment.Attempt,
        Generation = assignment.Generation,
        WorkerId = WorkerId,
        Incarnation = Incarnation,
        Step = step,
        Phase = phase,
        Detail = "",
        Result = result,
    };

    public WorkerStepReports Steps(Assignment assignment, int step) => new()
    {
        JobId = assignment.JobId,
        Attempt = assignment.Attempt,
        Generation = assignment.Generation,
        WorkerId = WorkerId,
        Rank = assignment.Rank,
        Steps = [new StepReport { Step = step, Epoch = 0, Replicas = [new ReplicaReport(0, 16, 7)] }],
        Metrics = [new MetricPoint(step, "train/loss", 1.0 / step)],
    };

    public Task Send(WorkerFrame frame) => SendBytes(WireCodec.Encode(frame));

    public Task SendBytes(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, true, Deadline.Token());

    /// <summary>The next frame of the kind; heartbeats' answers of other kinds are passed over.</summary>
    public async Task<T> Receive<T>(Func<T, bool>? matches = null)
        where T : SiloFrame
    {
        while (true)
        {
            var frame = await Next() ?? throw new InvalidOperationException($"closed before a {typeof(T).Name}");
            if (frame is T wanted && (matches is null || matches(wanted)))
            {
                return wanted;
            }
        }
    }

    /// <summary>null when the silo closed.</summary>
    public async Task<SiloFrame?> Next()
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), Deadline.Token());
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return WireCodec.DecodeSiloFrame(buffer.AsMemory(0, length)).Frame;
            }
        }
    }

    /// <summary>Takes the work, reports every step and the result, as a worker that has nothing to compute.</summary>
    public async Task Work(int steps)
    {
        var frame = await Receive<AssignmentFrame>(one => one.Assignment is not null);
        var assignment = frame.Assignment!;
        await Send(new MemberReportFrame { Report = Report(assignment, 0, MemberPhase.Training) });
        for (var step = 1; step <= steps; step++)
        {
            await Send(new StepReportsFrame { Sequence = step, Reports = Steps(assignment, step) });
            await Receive<StepReportsAckFrame>(ack => ack.Sequence == step);
        }

        var result = new JobResult
        {
            Steps = steps, TrainLoss = 0.5, ValidationLoss = double.NaN, WeightsSha256 = "w", StateSha256 = "s", Checkpoint = "/c", TokensPerSecond = 1,
        };
        var written = new WrittenCheckpoint
        {
            Step = steps,
            Reference = WrittenCheckpoint.ReferenceOf(assignment.JobId, assignment.Attempt, steps),
            WeightsSha256 = new string('a', 64),
            StateSha256 = new string('b', 64),
            SizeBytes = 12,
            Generation = assignment.Generation,
        };
        var report = Report(assignment, steps, MemberPhase.Done, result) with { Checkpoints = [written] };
        await Send(new HeartbeatFrame { AssignmentVersion = frame.Version, Report = report });
    }

    public void Dispose() => socket.Dispose();
}
