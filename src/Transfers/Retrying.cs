using System.Net;
using System.Net.Sockets;

namespace SeqCluster.Transfers;

/// <summary>
/// Repeats the steps of one transfer while its other end is away, until there was no progress for too long. What the other end
/// refuses is not asked again.
/// </summary>
internal sealed class Retrying(string what, TransferPatience patience, TimeProvider time, Action<string> say)
{
    private long progressed = time.GetTimestamp();
    private TimeSpan pause = patience.FirstPause;

    /// <summary>Something arrived.</summary>
    public void Progress()
    {
        progressed = time.GetTimestamp();
        pause = patience.FirstPause;
    }

    /// <summary>Runs a step until it succeeds. The token that it is given ends it when nothing arrives for too long.</summary>
    /// <exception cref="TransferException">The other end refuses, or is away for too long.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationTokenSource, Task<T>> step, CancellationToken cancellation)
    {
        while (true)
        {
            using var silence = new CancellationTokenSource(patience.Silence, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
            try
            {
                return await step(either);
            }
            catch (Exception fault) when (IsOutage(fault) && !cancellation.IsCancellationRequested)
            {
                var reason = silence.IsCancellationRequested ? $"nothing came for {patience.Silence.TotalSeconds:0} s" : fault.InnerException?.Message ?? fault.Message;
                if (time.GetElapsedTime(progressed) >= patience.Outage)
                {
                    throw new TransferException(TransferFault.Unreachable, $"{what}: no progress for {patience.Outage.TotalSeconds:0} s ({reason})", fault);
                }

                say($"{what}: {reason}; trying again");
            }

            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < patience.LongestPause ? pause * 2 : patience.LongestPause;
        }
    }

    /// <summary>Throws what an answer means, unless it is a success.</summary>
    public async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var said = await ReasonAsync(response, cancellation);
        if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500 && response.StatusCode != HttpStatusCode.InsufficientStorage)
        {
            throw new HttpRequestException(said);
        }

        throw new TransferException(TransferFault.Refused, $"{what}: {said}");
    }

    private static bool IsOutage(Exception fault) => fault is HttpRequestException or SocketException or OperationCanceledException or HttpIOException;

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        const int ShownLength = 500;
        var body = await response.Content.ReadAsStringAsync(cancellation);
        try
        {
            using var problem = System.Text.Json.JsonDocument.Parse(body);
            if (problem.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object && problem.RootElement.TryGetProperty("detail", out var detail))
            {
                return $"{(int)response.StatusCode}: {detail}";
            }
        }
        catch (System.Text.Json.JsonException)
        {
            // Not a silo's own words: shown as they are.
        }

        return $"{(int)response.StatusCode} {response.StatusCode} {body[..Math.Min(body.Length, ShownLength)]}".TrimEnd();
    }
}
