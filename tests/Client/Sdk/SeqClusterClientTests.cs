using System.Net;
using System.Net.Sockets;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Tests.Sdk;

public sealed class SeqClusterClientTests
{
    [Fact]
    public async Task GetJob_AnswerOfTheSilo_ComesBackTyped()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new SeqClusterClient(silo.Url);

        var job = await client.GetJobAsync(Samples.JobId);

        Assert.Equal(JobState.Completed, job.State);
        Assert.Equal(2.75, job.Result!.ValidationLoss);
        Assert.Equal("evaluating", job.Members[1].Phase);
    }

    [Fact]
    public async Task Submit_SeveralFaults_AllAreInTheException()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = (400, new
        {
            title = "The request has 2 faults.",
            detail = "one; two",
            faults = new object[] { new { place = "x.yaml:3", text = "x.yaml:3 train.steps = 0: must be 1 up" }, "plain words" },
        });
        using var client = new SeqClusterClient(silo.Url);

        var fault = await Assert.ThrowsAsync<SeqClusterException>(() => client.SubmitAsync(new JobSubmission { Name = "x.yaml", File = "" }));

        Assert.Equal(HttpStatusCode.BadRequest, fault.Status);
        Assert.Equal("The request has 2 faults.", fault.Title);
        Assert.Equal(["x.yaml:3 train.steps = 0: must be 1 up", "plain words"], fault.Faults);
    }

    [Theory]
    [InlineData("not json at all", "not json at all")]
    [InlineData("{}", "502")]
    [InlineData("", "502")]
    [InlineData("[1]", "[1]")]
    public void Problem_BodyOfAProxy_IsShown(string body, string expected) =>
        Assert.Contains(expected, Problem.Read(HttpStatusCode.BadGateway, body).Message, StringComparison.Ordinal);

    [Fact]
    public async Task GetJob_NobodyListens_IsUnreachable()
    {
        using var client = new SeqClusterClient(new Uri($"http://127.0.0.1:{FreePort()}"));

        await Assert.ThrowsAsync<SiloUnreachableException>(() => client.GetJobAsync("x"));
    }

    [Fact]
    public async Task GetJob_SiloDoesNotAnswer_IsUnreachableAfterTheTimeout()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        using var client = new SeqClusterClient(new Uri($"http://{mute.LocalEndpoint}")) { CallTimeout = TimeSpan.FromMilliseconds(50) };

        var fault = await Assert.ThrowsAsync<SiloUnreachableException>(() => client.GetJobAsync("x"));

        Assert.Contains("no answer within", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FollowMetrics_StreamIsCutTwice_ResumesWithoutLossOrRepetition()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.StreamCuts = 2;
        using var client = new SeqClusterClient(silo.Url);
        var sequences = new List<long>();

        await foreach (var metric in client.FollowMetricsAsync(Samples.JobId))
        {
            sequences.Add(metric.Sequence);
        }

        Assert.Equal([1, 2, 3, 4, 5, 9], sequences);
        Assert.Equal(
            [
                "GET /v1/jobs/tiny-abc234/metrics?follow=true&after=0",
                "GET /v1/jobs/tiny-abc234/metrics?follow=true&after=1 1",
                "GET /v1/jobs/tiny-abc234/metrics?follow=true&after=2 2",
            ],
            silo.Requests);
    }

    [Fact]
    public async Task FollowMetrics_ConnectionBreaks_ResumesWithoutLossOrRepetition()
    {
        await using var silo = await FakeSilo.StartAsync();
        (silo.StreamCuts, silo.CutsBreak) = (2, true);
        using var client = new SeqClusterClient(silo.Url);
        var sequences = new List<long>();

        await foreach (var metric in client.FollowMetricsAsync(Samples.JobId))
        {
            sequences.Add(metric.Sequence);
        }

        Assert.Equal([1, 2, 3, 4, 5, 9], sequences);
        Assert.Equal(3, silo.Requests.Count);
    }

    [Fact]
    public async Task FollowEvents_AfterANumber_SkipsWhatWasBefore()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new SeqClusterClient(silo.Url);
        var kinds = new List<string>();

        await foreach (var happened in client.FollowEventsAsync(Samples.JobId, after: 1))
        {
            kinds.Add(happened.Kind);
        }

        Assert.Equal(["job.running"], kinds);
    }

    [Fact]
    public async Task FollowLogs_SiloIsGone_GivesUpAfterTheReconnectTimeout()
    {
        using var client = new SeqClusterClient(new Uri($"http://127.0.0.1:{FreePort()}")) { ReconnectTimeout = TimeSpan.Zero };

        await Assert.ThrowsAsync<SiloUnreachableException>(async () => await client.FollowLogsAsync("x").GetAsyncEnumerator().MoveNextAsync());
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
