using System.Net.ServerSentEvents;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Tests.Api;

[Collection(SiloTests.Name)]
public sealed class StreamTests(TestSilo silo)
{
    private readonly IJobLogs logs = silo.Get<IJobLogs>();

    [Fact]
    public async Task Stream_ResumedByItsLastId_HasNoGapAndNoRepeatAndEndsWithTheJob()
    {
        var id = await silo.Submit();
        await Write(id, 3);
        var first = await Read(id, last: null, count: 2);
        Assert.Equal(["1", "2"], first.Select(item => item.EventId));

        await Write(id, 2);
        using var cancelled = await silo.Http.PostAsync($"/v1/jobs/{id}:cancel", null);
        var rest = await Read(id, last: "2", count: int.MaxValue);

        Assert.Equal(["3", "4", "5", "5"], rest.Select(item => item.EventId));
        Assert.Equal(["log", "log", "log", "end"], rest.Select(item => item.EventType));
        Assert.Contains("\"cancelled\"", rest[^1].Data);
    }

    [Fact]
    public async Task Stream_ThatWaits_GetsWhatIsWrittenLater()
    {
        var id = await silo.Submit();
        var reading = Read(id, last: null, count: 1);
        await Write(id, 1);
        Assert.Equal("1", Assert.Single(await reading).EventId);
    }

    private Task Write(string id, int lines) =>
        logs.Append(id, [.. Enumerable.Range(0, lines).Select(i => new JobLogLine(0, DateTimeOffset.UnixEpoch, "w", $"line {i}"))]);

    private async Task<List<SseItem<string>>> Read(string id, string? last, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{id}/logs?follow=true");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        using var response = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline.Token());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var items = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync(Deadline.Token()))
        {
            items.Add(item);
            if (items.Count == count)
            {
                break;
            }
        }

        return items;
    }
}
