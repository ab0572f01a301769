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
        var sources = FeedAsync(updates.Writer, stopping.Token);
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
            await sources;
        }
    }

    // The first source that fails ends the sequence with its fault; otherwise it ends with the last one.
    private async Task FeedAsync(ChannelWriter<WatchUpdate> updates, CancellationToken cancellation)
    {
        await Task.WhenAll(
            GuardAsync(PumpAsync(client.FollowMetricsAsync(jobId, 0, cancellation), metric => new WatchUpdate(Metric: metric), updates, cancellation)),
            GuardAsync(PumpAsync(client.FollowEventsAsync(jobId, 0, cancellation), happened => new WatchUpdate(Event: happened), updates, cancellation)),
            GuardAsync(PollStatusAsync(updates, cancellation)));
        updates.TryComplete();

        async Task GuardAsync(Task source)
        {
            try
            {
                await source;
            }
            catch (Exception fault)
            {
                updates.TryComplete(fault);
            }
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

    // A silo that is away for a moment is a note.
    private async Task PollStatusAsync(ChannelWriter<WatchUpdate> updates, CancellationToken cancellation)
    {
        var failures = 0;
        var lastContact = time.GetTimestamp();
        while (true)
        {
            try
            {
                var status = await client.GetJobAsync(jobId, cancellation);
                (failures, lastContact) = (0, time.GetTimestamp());
                await updates.WriteAsync(new WatchUpdate(Status: status), cancellation);
                if (status.IsFinal())
                {
                    return;
                }
            }
            catch (SiloUnreachableException fault) when (time.GetElapsedTime(lastContact) <= client.ReconnectTimeout)
            {
                failures++;
                await updates.WriteAsync(new WatchUpdate(Note: $"{fault.Message}; trying again ({failures})"), cancellation);
            }

            await Task.Delay(StatusInterval, time, cancellation);
        }
    }
}
