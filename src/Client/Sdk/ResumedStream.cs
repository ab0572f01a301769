using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace SeqCluster.Client.Sdk;

/// <summary>
/// One endless read of server-sent events over as many connections as it takes. A connection that breaks is opened again
/// with Last-Event-ID, so that nothing is lost and nothing comes twice; only the silo's own <c>end</c> event ends it.
/// </summary>
internal sealed class ResumedStream(HttpClient http, string path, long after, TimeProvider time, TimeSpan reconnectTimeout)
{
    private const string EndEvent = "end";
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(3);

    private long last = after;
    private Exception? fault;

    /// <summary>The data of each event.</summary>
    /// <exception cref="SiloUnreachableException">The silo did not come back in time.</exception>
    /// <exception cref="SeqClusterException">The silo refuses, for example because it knows no such job.</exception>
    public async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var lastContact = time.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            fault = null;
            var opened = time.GetTimestamp();
            using (var response = await AttemptAsync(() => OpenAsync(cancellation), cancellation))
            {
                await using var items = response is null ? null : Parse(await response.Content.ReadAsStreamAsync(cancellation), cancellation);
                while (items is not null && await AttemptAsync(async () => await items.MoveNextAsync() ? items : null, cancellation) is not null)
                {
                    lastContact = time.GetTimestamp();
                    delay = FirstDelay;
                    if (items.Current.EventType == EndEvent)
                    {
                        yield break;
                    }

                    if (Advance(items.Current))
                    {
                        yield return items.Current.Data;
                    }
                }

                // A stream that was open and had nothing to tell was contact, too.
                lastContact = response is not null && time.GetElapsedTime(opened) > LongestDelay ? time.GetTimestamp() : lastContact;
            }

            if (time.GetElapsedTime(lastContact) > reconnectTimeout)
            {
                var why = fault?.Message ?? "it closes the stream";
                throw new SiloUnreachableException($"{http.BaseAddress}: lost, and not back within {reconnectTimeout.TotalSeconds:0} s ({why})", fault);
            }

            await Task.Delay(delay, time, cancellation);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    private static IAsyncEnumerator<SseItem<string>> Parse(Stream stream, CancellationToken cancellation) =>
        SseParser.Create(stream).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);

    // An enumerator cannot yield out of a try block with a catch: what the network may throw is caught here.
    private async Task<T?> AttemptAsync<T>(Func<Task<T?>> attempt, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await attempt();
        }
        catch (Exception caught) when (caught is HttpRequestException or IOException || (caught is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            fault = caught;
            return null;
        }
    }

    // An answer that overlaps the one before brings numbers that were seen.
    private bool Advance(SseItem<string> item)
    {
        if (!long.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id <= last)
        {
            return false;
        }

        last = id;
        return item.Data.Length > 0;
    }

    private async Task<HttpResponseMessage?> OpenAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?follow=true&after={last}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (last > 0)
        {
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw Problem.Read(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
    }
}
