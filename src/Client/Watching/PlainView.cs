using System.Globalization;

namespace SeqCluster.Client.Watching;

/// <summary>One line every few seconds, and one for each evaluation and event: for logs, pipes and people who prefer it.</summary>
internal sealed class PlainView(TextWriter output) : IWatchView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task ShowAsync(JobProgress progress, IAsyncEnumerable<WatchUpdate> updates)
    {
        TimeSpan? last = null;
        var lastStep = 0;
        string? note = null;
        await foreach (var update in updates)
        {
            if (update.Event is { } happened)
            {
                Write(progress, $"{happened.Kind}: {happened.Message}");
            }
            else if (update.Metric is { Name: "validation/loss" } evaluation)
            {
                Write(progress, string.Create(CultureInfo.InvariantCulture, $"step {evaluation.Step}: validation loss {evaluation.Value:0.0000}"));
            }
            else if (progress.Note is not null && note is null)
            {
                Write(progress, progress.Note);
            }

            note = progress.Note;
            if (progress.Step > lastStep && (last is null || progress.Elapsed - last >= Interval))
            {
                (last, lastStep) = (progress.Elapsed, progress.Step);
                Write(progress, ProgressText.Line(progress));
            }
        }
    }

    private void Write(JobProgress progress, string text)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.Elapsed.TotalSeconds,7:0.0} s  {text}"));
        output.Flush();
    }
}
