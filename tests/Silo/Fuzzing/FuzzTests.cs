using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Hosting;
using Xunit.Abstractions;

namespace SeqCluster.Silo.Tests.Fuzzing;

/// <summary>
/// Whatever comes in on the port, the silo answers it with no fault of its own, keeps its memory and serves everybody else.
/// SEQCLUSTER_FUZZ_SEED replays a run; inputs depend on the seed and their index alone.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Callers = 32;
    private const int FramesPerConnection = 8;
    private const long MemoryBound = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);

    private readonly TemporaryFolder folder = new();
    private readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("SEQCLUSTER_FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
    private SiloHost host = null!;

    public async Task InitializeAsync()
    {
        output.WriteLine($"SEQCLUSTER_FUZZ_SEED={seed}");
        host = await SiloHost.Start(
            new SiloOptions
            {
                Store = folder.Path,
                Tokens = true,
                Gateway = new() { SilenceBound = TimeSpan.FromMinutes(20), ReturnBound = TimeSpan.FromMilliseconds(10) },
            },
            TestSilo.Models,
            static builder => builder.Logging.SetMinimumLevel(LogLevel.None).ClearProviders());
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public Task Port_GivenThousandsOfInputs_ServesOn() => Fuzz(requests: 2_000, frames: 800);

    [Fact]
    [Trait("Category", "Long")]
    public Task Port_GivenAHundredThousandInputs_ServesOn() => Fuzz(requests: 60_000, frames: 41_000);

    /// <summary>Found by the long fuzz, seed 38504136: the server told it as a fault of its own.</summary>
    [Fact]
    public async Task Port_GivenAChunkLongerThanAnyNumber_SaysThatTheRequestIsWrong()
    {
        var request = $"POST /v1/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {Token(TokenKind.Client)}\r\nTransfer-Encoding: chunked\r\n\r\n1e9e999999\r\n";
        Assert.Equal(400, await Send(Encoding.ASCII.GetBytes(request), 0, Deadline.Token()));
    }

    private string Token(TokenKind kind) => host.FreshTokens.Single(made => made.Description.Kind == kind).Token;

    private async Task Fuzz(int requests, int frames)
    {
        var access = SiloAccess.To(host.Url, Token(TokenKind.Worker));
        using var witness = await WireClient.Join(host.Url, "witness", access: access);
        await witness.Receive<AssignmentFrame>();
        var http = new HttpInputs(seed, Token(TokenKind.Client));
        var answered = await Requests(http, 0, requests / 10) + await Frames(access, 0, frames / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        answered += await Requests(http, requests / 10, requests) + await Frames(access, frames / 10, frames);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests} requests, {frames} frames, {answered} answered, memory {grown / 1024} KiB more"));
        Assert.True(grown < MemoryBound, $"seed {seed}: memory grew by {grown} bytes");
        Assert.True(answered > requests / 4, $"seed {seed}: only {answered} of {requests} requests were answered: the fuzz does not reach the silo");

        using var client = SiloAccess.To(host.Url, Token(TokenKind.Client)).CreateHttpClient();
        Assert.Equal("ready", await client.GetStringAsync("/readyz", Deadline.Token()));
        await witness.Send(new HeartbeatFrame { AssignmentVersion = 99, Report = null });
        await witness.Receive<AssignmentFrame>();
        using var fresh = await WireClient.Join(host.Url, "fresh", access: access);
    }

    private async Task<int> Requests(HttpInputs inputs, int from, int to)
    {
        var answered = 0;
        await Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (index, _) =>
        {
            var request = inputs.Make(index);
            using var patience = new CancellationTokenSource(Patience);
            var status = await Send(request, index, patience.Token);
            Assert.True(status is 0 or (>= 100 and < 500) or 505 or 501, $"seed {seed}, request {index}: answered {status}\n{Encoding.Latin1.GetString(request)}");
            Interlocked.Add(ref answered, status > 0 ? 1 : 0);
        });
        return answered;
    }

    // 0 without an answer: an input that is no whole request is waited on by the silo, and cut off here.
    private async Task<int> Send(byte[] request, int index, CancellationToken patience)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        var answer = new byte[64];
        try
        {
            // A source of its own for each few: there are more inputs than ports.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (index % 200))]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, host.Url.Port, Deadline.Token());
            await socket.SendAsync(request, Deadline.Token());
            var count = await socket.ReceiveAsync(answer, patience);
            return count >= 12 && int.TryParse(Encoding.ASCII.GetString(answer, 9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            return 0;
        }
    }

    private async Task<int> Frames(SiloAccess access, int from, int to)
    {
        await Parallel.ForAsync(0, (to - from + FramesPerConnection - 1) / FramesPerConnection, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (batch, _) =>
        {
            using var worker = await WireClient.Open(host.Url, $"fuzz{batch % Callers}", "i", access);
            var inputs = new FrameInputs(seed, worker);
            var first = from + (batch * FramesPerConnection);
            try
            {
                if (batch % 4 > 0)
                {
                    await worker.Send(worker.Hello());
                }

                for (var index = first; index < Math.Min(first + FramesPerConnection, to); index++)
                {
                    await worker.SendBytes(inputs.Make(index));
                }

                await worker.SendBytes([0xc1]);
                while (await worker.Next() is not null)
                {
                }
            }
            catch (Exception fault) when (fault is WebSocketException or InvalidOperationException)
            {
                // Refused half-way, which is what it deserves.
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"seed {seed}, frames {first} to {first + FramesPerConnection}: the silo neither serves nor refuses");
            }
        });
        return 0;
    }
}
