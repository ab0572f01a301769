using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Tests.Api;

[Collection(SiloTests.Name)]
public sealed class SlowReaderTests(TestSilo silo)
{
    private const int Pages = 20;
    private const int PageLines = 250;
    private const long MemoryBound = 12 << 20;

    /// <summary>20 MB wait for it: what is not read stays in the store, and nobody else notices.</summary>
    [Fact]
    public async Task Stream_ThatIsNotRead_HoldsNeitherMemoryNorOthersUp()
    {
        var id = await silo.Submit();
        using var slow = new TcpClient { ReceiveBufferSize = 4_096 };
        await slow.ConnectAsync(silo.Host.Url.Host, silo.Host.Url.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/jobs/{id}/logs?follow=true HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var text = new string('x', 4_000);
        for (var page = 0; page < Pages; page++)
        {
            await silo.Get<IJobLogs>().Append(id, [.. Enumerable.Range(0, PageLines).Select(_ => new JobLogLine(0, DateTimeOffset.UnixEpoch, "w", text))]);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{id}/logs?follow=true");
        using var response = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline.Token());
        var read = 0;
        await foreach (var _ in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(Deadline.Token()))
        {
            if (++read == Pages * PageLines)
            {
                break;
            }
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryBound);
    }
}
