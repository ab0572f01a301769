using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SeqCluster.Silo.Tests.Telemetry;

/// <summary>A collector in this process: takes OTLP by HTTP and reads of the protobuf what the tests ask for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtlpReceiver(WebApplication app) => this.app = app;

    /// <summary>Spans by their id.</summary>
    public ConcurrentDictionary<string, Span> Spans { get; } = new();

    /// <summary>Names of metrics.</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new();

    public string Url => app.Urls.Single();

    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/v1/traces", context => receiver.Take(context, receiver.TakeTraces));
        receiver.app.MapPost("/v1/metrics", context => receiver.Take(context, receiver.TakeMetrics));
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Take(HttpContext context, Action<byte[]> read)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        read(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    // ExportTraceServiceRequest.resource_spans(1).scope_spans(2).spans(2): span_id(2), parent_span_id(4), name(5), start(7), end(8).
    private void TakeTraces(byte[] request)
    {
        foreach (var span in Fields(request, 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)))
        {
            var read = new Span(
                Encoding.UTF8.GetString(Fields(span, 5).Single()),
                Convert.ToHexString(Fields(span, 4).FirstOrDefault() ?? []),
                BitConverter.ToUInt64(Fields(span, 8).Single()) - BitConverter.ToUInt64(Fields(span, 7).Single()));
            Spans[Convert.ToHexString(Fields(span, 2).Single())] = read;
        }
    }

    // ExportMetricsServiceRequest.resource_metrics(1).scope_metrics(2).metrics(2): name(1).
    private void TakeMetrics(byte[] request)
    {
        foreach (var metric in Fields(request, 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)))
        {
            Metrics[Encoding.UTF8.GetString(Fields(metric, 1).Single())] = true;
        }
    }

    // The bytes of every field of a number: length-delimited ones, and the fixed 64-bit ones.
    private static IEnumerable<byte[]> Fields(byte[] message, int wanted)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Number(message, ref at);
            var (field, length) = ((int)(tag >> 3), (tag & 7) switch { 2 => (int)Number(message, ref at), 1 => 8, 5 => 4, _ => 0 });
            if ((tag & 7) == 0)
            {
                Number(message, ref at);
            }

            if (field == wanted && (tag & 7) is (1 or 2))
            {
                yield return message[at..(at + length)];
            }

            at += length;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = message[at++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>What is read of a span.</summary>
    internal sealed record Span(string Name, string Parent, ulong Nanoseconds);
}
