using System.Text.Json;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;
using Spectre.Console;

namespace SeqCluster.Client.Tests.Watching;

public sealed class ViewTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task PlainView_Run_PrintsEventsEvaluationsAndALineEveryFewSeconds()
    {
        using var output = new StringWriter();
        await ShowAsync(new PlainView(output));

        Assert.Equal(
            [
                "    1.0 s  job.queued: accepted",
                "    2.0 s  job.running: 2 workers train",
                "    3.0 s  step 1/4  loss 4.0000  2 workers",
                "    6.0 s  step 2: validation loss 3.2500",
                "    8.0 s  step 4/4  loss 2.5000  validation 3.2500  12,000 tokens/s  2 workers  0 s left",
            ],
            output.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task JsonView_Run_PrintsOnlyObjectsInSnakeCase()
    {
        using var output = new StringWriter();
        await ShowAsync(new JsonView(output));

        var lines = output.ToString().TrimEnd().Split(Environment.NewLine).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Contains(lines, line => line.TryGetProperty("event", out var kind) && kind.GetString() == "job.running");
        Assert.Contains(lines, line => line.TryGetProperty("train_loss", out var loss) && loss.ValueKind == JsonValueKind.Number && line.GetProperty("workers").GetInt32() == 2);
    }

    [Fact]
    public async Task LiveView_Run_ShowsBarCurveWorkersAndEvents()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 100;
        console.Profile.Height = 40;
        var progress = await ShowAsync(new PlainView(TextWriter.Null));

        console.Write(LiveScreen.Draw(progress, 100, 40));

        var screen = output.ToString();
        Assert.Contains("tiny-abc234  running", screen, StringComparison.Ordinal);
        Assert.Contains("100 %  step 4/4", screen, StringComparison.Ordinal);
        Assert.Contains("4.00 ┤", screen, StringComparison.Ordinal);
        Assert.Contains(LossCurve.ValidationMark, screen);
        Assert.Matches(@"1 +local-1 +2–4 +2 +evaluating", screen);
        Assert.Contains("2 workers train", screen, StringComparison.Ordinal);
        Assert.All(screen.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 100, line));
    }

    [Fact]
    public void LiveScreen_SmallWindow_LeavesTheCurveOut()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        var progress = new JobProgress(time);
        progress.Apply(new WatchUpdate(Status: Samples.Running()));
        progress.Apply(new WatchUpdate(Metric: Samples.Metrics().First()));

        console.Write(LiveScreen.Draw(progress, 40, 8));

        Assert.DoesNotContain("┤", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("local-0", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TimeLeft_SteadyPace_IsTheRestAtThatPace()
    {
        var progress = new JobProgress(time);
        progress.Apply(new WatchUpdate(Status: Samples.Running(1) with { Steps = 100 }));
        time.Advance(2);
        progress.Apply(new WatchUpdate(Status: Samples.Running(11) with { Steps = 100 }));

        Assert.Equal(0.2 * 89, progress.TimeLeft!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Step_NewAttempt_GoesBack()
    {
        var progress = new JobProgress(time);
        progress.Apply(new WatchUpdate(Status: Samples.Running(3)));
        progress.Apply(new WatchUpdate(Status: Samples.Running(0) with { Attempt = 2, State = JobState.Queued }));

        Assert.Equal(0, progress.Step);
        Assert.Null(progress.TimeLeft);
    }

    [Theory]
    [InlineData(-3, "0 s")]
    [InlineData(6.2, "7 s")]
    [InlineData(125, "2:05")]
    [InlineData(10925, "3:02:05")]
    [InlineData(180000, "50:00:00")]
    public void Duration_Seconds_AreShownForPeople(double seconds, string expected) =>
        Assert.Equal(expected, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    private async Task<JobProgress> ShowAsync(IWatchView view)
    {
        var progress = new JobProgress(time);
        progress.Apply(new WatchUpdate(Status: Samples.Running(0)));
        await view.ShowAsync(progress, UpdatesAsync(progress));
        return progress;
    }

    // One update a second.
    private async IAsyncEnumerable<WatchUpdate> UpdatesAsync(JobProgress progress)
    {
        await Task.CompletedTask;
        var updates = Samples.Events().Select(happened => new WatchUpdate(Event: happened))
            .Concat(Samples.Metrics().Where(metric => metric.Name[0] != 'w').Select(metric => new WatchUpdate(Metric: metric)))
            .Append(new WatchUpdate(Status: Samples.Running(2)));
        foreach (var update in updates)
        {
            time.Advance(1);
            progress.Apply(update);
            yield return update;
        }
    }
}
