using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Api;

/// <summary>
/// Follows what is stored of a job until the job is in a final state and everything has been sent; then one <c>end</c> event says
/// which state. The store is read from a sequence number on, so a reader that comes back misses nothing and gets nothing twice.
/// </summary>
internal sealed class JobStreams(IGrainFactory grains, StoreSignals signals, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int PageEntries = 500;

    // Something stored through another silo raises no signal here.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>The job's state; null when there is no such job.</summary>
    public async Task<JobState?> State(string jobId) => (await grains.GetGrain<IJobGrain>(jobId).GetStatus())?.State;

    /// <summary>The entries after a sequence number as they come. The text of an event is the entry as JSON.</summary>
    public async IAsyncEnumerable<SseItem<string>> Follow<T>(
        string jobId, string kind, long after, Func<long, int, Task<IReadOnlyList<T>>> read, Func<T, long> sequence,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        while (!either.IsCancellationRequested)
        {
            // In this order: what is stored after the signal is taken wakes us, what is stored before the state is read is read.
            var next = signals.Next(jobId);
            var state = await State(jobId);
            var page = await read(after, PageEntries);
            foreach (var entry in page)
            {
                after = sequence(entry);
                yield return Item(kind, JsonSerializer.Serialize(entry, ApiJson.Options), after);
            }

            if (page.Count > 0)
            {
                continue;
            }

            if (state is null or JobState.Completed or JobState.Failed or JobState.Cancelled)
            {
                yield return Item("end", JsonSerializer.Serialize(new { state }, ApiJson.Options), after);
                yield break;
            }

            await Task.WhenAny(next, Task.Delay(LookAgain, time, either.Token));
        }
    }

    private static SseItem<string> Item(string kind, string json, long sequence) =>
        new(json, kind) { EventId = sequence.ToString(CultureInfo.InvariantCulture) };
}
