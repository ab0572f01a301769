using System.Runtime.CompilerServices;
using SeqCluster.Client.Sdk;
using Spectre.Console;

namespace SeqCluster.Client.Watching;

/// <summary>Watches a job to its end in the view that fits, and returns what became of it.</summary>
internal static class JobWatcher
{
    public static async Task<JobProgress> WatchAsync(
        SeqClusterClient client, string jobId, bool json, bool plain, ClientEnvironment environment, CancellationToken cancellation)
    {
        var progress = new JobProgress(environment.Time);
        var updates = ApplyAsync(progress, new JobWatch(client, jobId, environment.Time).UpdatesAsync(cancellation), cancellation);
        await ChooseView(json, plain, environment).ShowAsync(progress, updates);
        return progress;
    }

    private static IWatchView ChooseView(bool json, bool plain, ClientEnvironment environment) =>
        json ? new JsonView(environment.Output)
        : plain || !environment.MayDraw ? new PlainView(environment.Output)
        : new LiveView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(environment.Output) }));

    private static async IAsyncEnumerable<WatchUpdate> ApplyAsync(
        JobProgress progress, IAsyncEnumerable<WatchUpdate> updates, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var update in updates.WithCancellation(cancellation))
        {
            progress.Apply(update);
            yield return update;
        }
    }
}
