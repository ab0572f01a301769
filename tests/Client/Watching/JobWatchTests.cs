using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Tests.Watching;

public sealed class JobWatchTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Updates_SiloVanishes_EndWithTheFault()
    {
        var silo = await FakeSilo.StartAsync(streamsWait: true);
        silo.Job = Samples.Running();
        using var client = new SeqClusterClient(silo.Url) { ReconnectTimeout = TimeSpan.Zero };

        var fault = await Assert.ThrowsAsync<SiloUnreachableException>(() => ReadAsync(client, async update =>
        {
            if (update.Event is not null)
            {
                await silo.DisposeAsync();
            }
        }).WaitAsync(Deadline));

        Assert.Contains(silo.Url.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_JobEnds_HaveEverythingAndThenTheFinalStatus()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new SeqClusterClient(silo.Url);
        var updates = new List<WatchUpdate>();

        await ReadAsync(client, update =>
        {
            updates.Add(update);
            return Task.CompletedTask;
        }).WaitAsync(Deadline);

        Assert.Equal(silo.Metrics.Count, updates.Count(update => update.Metric is not null));
        Assert.Equal(silo.Events.Count, updates.Count(update => update.Event is not null));
        Assert.Contains(updates, update => update.Status is { State: JobState.Completed });
    }

    private static async Task ReadAsync(SeqClusterClient client, Func<WatchUpdate, Task> onUpdate)
    {
        await foreach (var update in new JobWatch(client, Samples.JobId, TimeProvider.System).UpdatesAsync(CancellationToken.None))
        {
            await onUpdate(update);
        }
    }
}
