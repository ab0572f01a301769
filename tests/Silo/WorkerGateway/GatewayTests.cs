using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.Tests.WorkerGateway;

public sealed class GatewayTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Worker_ThatSaysHello_IsWelcomedAndToldItsWork()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "welcome");
        Assert.Null((await worker.Receive<AssignmentFrame>()).Assignment);
    }

    [Fact]
    public async Task Garbage_IsRefusedWithAReason_AndDisturbsNobody()
    {
        using var good = await WireClient.Join(silo.Host.Url, "undisturbed");
        using var bad = await WireClient.Open(silo.Host.Url);
        await bad.SendBytes([0xc1, 0xff, 0x00]);
        var refused = await bad.Receive<RefusedFrame>();
        Assert.Contains("not a frame", refused.Reason);
        Assert.False(refused.Retryable);
        Assert.Null(await bad.Next());

        // Naming a version that nobody sent, the good one gets an answer: its connection still works.
        await good.Receive<AssignmentFrame>();
        await good.Send(new HeartbeatFrame { AssignmentVersion = 99, Report = null });
        await good.Receive<AssignmentFrame>();
    }

    [Fact]
    public async Task Frame_BeyondTheLimit_IsRefused()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "oversize");
        await worker.SendBytes(new byte[WireProtocol.MaximumFrameBytes + 1]);
        Assert.Contains("more than 1048576 bytes", (await worker.Receive<RefusedFrame>()).Reason);
    }

    [Fact]
    public async Task Hello_OfAnotherVersion_IsRefused()
    {
        using var worker = await WireClient.Open(silo.Host.Url, "version");
        await worker.Send(worker.Hello(version: 2));
        Assert.Contains("protocol version 2", (await worker.Receive<RefusedFrame>()).Reason);
    }

    [Fact]
    public async Task Frame_BeforeHello_IsRefused()
    {
        using var worker = await WireClient.Open(silo.Host.Url, "early");
        await worker.Send(new HeartbeatFrame { AssignmentVersion = 0, Report = null });
        Assert.Contains("Hello", (await worker.Receive<RefusedFrame>()).Reason);
    }

    [Fact]
    public async Task WorkerId_ThatIsNone_IsRefused()
    {
        using var worker = await WireClient.Open(silo.Host.Url, "../x");
        await worker.Send(worker.Hello());
        Assert.Contains("workerId", (await worker.Receive<RefusedFrame>()).Reason);
    }

    [Fact]
    public async Task Incarnation_ThatIsSilent_GivesItsSlotToANewerOneAndNeverComesBack()
    {
        using var old = await WireClient.Join(silo.Host.Url, "slot", "old");
        await old.Receive<AssignmentFrame>();
        using var fresh = await WireClient.Join(silo.Host.Url, "slot", "new");
        Assert.False((await old.Receive<RefusedFrame>()).Retryable);

        using var again = await WireClient.Open(silo.Host.Url, "slot", "old");
        await again.Send(again.Hello());
        Assert.Contains("newer incarnation", (await again.Receive<RefusedFrame>()).Reason);
        await fresh.Receive<AssignmentFrame>();
    }

    [Theory]
    [InlineData("../../etc/attempt-1/step-000000003", 3)]
    [InlineData("tiny-aaaaaa/attempt-2/step-000000003", 3)]
    [InlineData("tiny-bbbbbb/attempt-1/step-000000003", 3)]
    [InlineData("tiny-aaaaaa/attempt-1/step-000000004", 3)]
    [InlineData("tiny-aaaaaa/attempt-1/step-000000000", 0)]
    public async Task Report_OfACheckpointThatIsNotItsAttempts_IsRefused(string reference, int step)
    {
        using var worker = await WireClient.Join(silo.Host.Url, $"liar-{Math.Abs(reference.GetHashCode())}");
        var written = new WrittenCheckpoint
        {
            Step = step, Reference = reference, WeightsSha256 = new string('a', 64), StateSha256 = new string('b', 64), SizeBytes = 1, Generation = 1,
        };
        var report = new MemberReport
        {
            JobId = "tiny-aaaaaa", Attempt = 1, Generation = 1, WorkerId = worker.WorkerId, Incarnation = worker.Incarnation,
            Step = 3, Phase = MemberPhase.Training, Detail = "", Checkpoints = [written],
        };
        await worker.Send(new MemberReportFrame { Report = report });
        Assert.Contains("a checkpoint", (await worker.Receive<RefusedFrame>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_OfALivingWorker_IsRefusedToASecondProcess()
    {
        using var first = await WireClient.Join(silo.Host.Url, "twice", "first");
        using var second = await WireClient.Open(silo.Host.Url, "twice", "second");
        await second.Send(second.Hello());
        var refusal = second.Receive<RefusedFrame>();
        while (!refusal.IsCompleted)
        {
            await first.Send(new HeartbeatFrame { AssignmentVersion = 0, Report = null });
            await Task.WhenAny(refusal, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        }

        var refused = await refusal;
        Assert.Contains("the id twice is that of another worker, which is alive at 127.0.0.1", refused.Reason);
        Assert.False(refused.Retryable);

        // The first one has lost nothing: what it asks is answered.
        await first.Send(new HeartbeatFrame { AssignmentVersion = 99, Report = null });
        await first.Receive<AssignmentFrame>();
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:1\n")]
    [InlineData("a b:1")]
    public async Task Address_ThatNobodyCanDial_IsRefused(string address)
    {
        using var worker = await WireClient.Open(silo.Host.Url, "address");
        await worker.Send(worker.Hello() with { DataPlaneAddress = address });
        Assert.Contains("dataPlaneAddress", (await worker.Receive<RefusedFrame>()).Reason);
    }

    [Fact]
    public async Task Request_ThatIsNoWebSocket_Is426()
    {
        using var response = await silo.Http.GetAsync(WireProtocol.Path);
        Assert.Equal(System.Net.HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Connection_ThatNeverSaysHello_IsClosedInTime()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SeqCluster.Silo.Hosting.SiloHost.Start(
            new() { Store = folder.Path, Gateway = new() { HelloBound = TimeSpan.FromMilliseconds(100) } }, TestSilo.Models);
        using var worker = await WireClient.Open(host.Url);
        Assert.Contains("silent for 0.1 s", (await worker.Receive<RefusedFrame>()).Reason);
        Assert.Null(await worker.Next());
    }

    [Fact]
    public async Task Worker_ThatFallsSilent_WithAJobOfItsOwnBound_IsLostByThat()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "impatient");
        await worker.Receive<AssignmentFrame>();
        var id = await silo.Submit("recovery: { silenceSeconds: 0.2 }\n");
        Assert.Equal(id, (await worker.Receive<AssignmentFrame>()).Assignment!.JobId);

        // The bound holds from the next frame on; that of the silo itself is two minutes here.
        await worker.Send(new HeartbeatFrame { AssignmentVersion = 0, Report = null });
        Assert.Contains("silent for 0.2 s", (await worker.Receive<RefusedFrame>()).Reason);
        using var cancelled = await silo.Http.PostAsync($"/v1/jobs/{id}:cancel", null);
    }

    [Fact]
    public async Task Worker_ThatFallsSilent_IsRefusedAndLost()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SeqCluster.Silo.Hosting.SiloHost.Start(
            new() { Store = folder.Path, Gateway = new() { SilenceBound = TimeSpan.FromMilliseconds(200) } }, TestSilo.Models);
        using var worker = await WireClient.Join(host.Url, "silent");
        Assert.Contains("silent", (await worker.Receive<RefusedFrame>()).Reason);
        using var http = new HttpClient { BaseAddress = host.Url };
        await Deadline.Until("the scheduler forgets it", async () => !(await http.GetStringAsync("/v1/workers")).Contains("silent", StringComparison.Ordinal));
    }
}
