using Spectre.Console;

namespace SeqCluster.Client.Watching;

/// <summary>A picture of the job that is drawn again in place: for a person at a terminal.</summary>
internal sealed class LiveView(IAnsiConsole console) : IWatchView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public Task ShowAsync(JobProgress progress, IAsyncEnumerable<WatchUpdate> updates) =>
        console.Live(Draw(progress)).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async display =>
        {
            TimeSpan? last = null;
            await foreach (var update in updates)
            {
                if (last is null || progress.Elapsed - last >= Interval)
                {
                    last = progress.Elapsed;
                    display.UpdateTarget(Draw(progress));
                }
            }

            display.UpdateTarget(Draw(progress));
        });

    private Spectre.Console.Rendering.IRenderable Draw(JobProgress progress) =>
        LiveScreen.Draw(progress, Math.Max(40, console.Profile.Width - 1), console.Profile.Height);
}
