namespace SeqCluster.Client.Watching;

/// <summary>A way to show a job while it runs.</summary>
internal interface IWatchView
{
    /// <summary>Shows updates, each already applied to the progress, until there are no more.</summary>
    Task ShowAsync(JobProgress progress, IAsyncEnumerable<WatchUpdate> updates);
}
