using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Watching;

/// <summary>
/// Follows one job to its end: its status by asking, its metrics and events by their streams, all as one sequence of updates
/// for one reader.
/// </summary>
internal sealed class JobWatch(SeqClusterClient client, string jobId, TimeProvider time)
{
    private const int QueueBound = 1_024;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Updates until the job is in a final state and its streams have ended.</summary>
    /// <exception cref="SeqClusterException">No such job.</exception>
    /// <exception cref="SiloUnreachableException">The silo is lost and does not come back.</exception>
    public async IAsyncEnumerable<WatchUpdate> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Asked first: an unknown job is told before anything is drawn.
        yield return new WatchUpdate(Status: await client.GetJobAsync(jobId, cancellation));

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var updates = Channel.CreateBounded<WatchUpdate>(QueueBound);
        var sources = Task.WhenAll(
            PumpAsync(client.FollowMetricsAsync(jobId, 0, stopping.Token), metric => new WatchUpdate(Metric: metric), updates.Writer, stopping.Token),
            PumpAsync(client.FollowEventsAsync(jobId, 0, stopping.Token), happened => new WatchUpdate(Event: happened), updates.Writer, stopping.Token),
            PollStatusAsync(updates.Writer, stopping.Token));
        _ = sources.ContinueWith(done => updates.Writer.TryComplete(done.Exception?.InnerException), TaskScheduler.Default);
        try
        {
            await foreach (var update in updates.Reader.ReadAllAsync(cancellation))
            {
                yield return update;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await sources.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private static async Task PumpAsync<T>(
        IAsyncEnumerable<T> stream, Func<T, WatchUpdate> wrap, ChannelWriter<WatchUpdate> updates, CancellationToken cancellation)
    {
        await foreach (var item in stream)
        {
            await updates.WriteAsync(wrap(item), cancellation);
        }
    }

    // A silo that is away for a moment is a note; the streams decide when it has been away for too long.
    private async Task PollStatusAsync(ChannelWriter<WatchUpdate> updates, CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                var status = await client.GetJobAsync(jobId, cancellation);
                failures = 0;
                await updates.WriteAsync(new WatchUpdate(Status: status), cancellation);
                if (status.IsFinal())
                {
                    return;
                }
            }
            catch (SiloUnreachableException fault)
            {
                failures++;
                await updates.WriteAsync(new WatchUpdate(Note: $"{fault.Message}; trying again ({failures})"), cancellation);
            }

            await Task.Delay(StatusInterval, time, cancellation);
        }
    }
}
