using System.Globalization;
using SeqCluster.Contracts.Jobs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SeqCluster.Client.Watching;

/// <summary>The picture: head line, bar, loss curve, workers, last events. It fits the window, or leaves out its lower parts.</summary>
internal static class LiveScreen
{
    private const int LargestWidth = 110;
    private const int LargestCurve = 12;

    // Head, bar, numbers, and the blank lines between the parts.
    private const int FixedLines = 8;

    public static IRenderable Draw(JobProgress progress, int windowWidth, int windowHeight)
    {
        var width = Math.Min(windowWidth, LargestWidth);
        var parts = new List<IRenderable> { Head(progress, width), Bar(progress, width), Numbers(progress) };
        var rest = windowHeight - FixedLines - progress.Members.Count - progress.Events.Count;
        var curve = LossCurve.Draw(progress.Train.Points, progress.Validation.Points, progress.Status?.Steps ?? 1, width, Math.Min(LargestCurve, rest));
        if (curve.Count > 0)
        {
            parts.Add(Text.Empty);
            parts.AddRange(curve.Select(Curve));
        }

        if (progress.Members.Count > 0)
        {
            parts.Add(Text.Empty);
            parts.Add(Workers(progress));
        }

        if (progress.Events.Count > 0)
        {
            parts.Add(Text.Empty);
            parts.AddRange(progress.Events.Select(happened => new Text(
                string.Create(CultureInfo.InvariantCulture, $"{happened.At.ToLocalTime():HH:mm:ss}  {happened.Message}"), new Style(Color.Grey)) { Overflow = Overflow.Ellipsis }));
        }

        if (progress.Note is { } note)
        {
            parts.Add(new Text(note, new Style(Color.Yellow)) { Overflow = Overflow.Ellipsis });
        }

        return new Rows(parts);
    }

    private static IRenderable Head(JobProgress progress, int width)
    {
        if (progress.Status is not { } status)
        {
            return new Text("waiting for the job");
        }

        var color = status.State switch
        {
            JobState.Completed => "green",
            JobState.Failed or JobState.Cancelled => "red",
            JobState.Running => "blue",
            _ => "yellow",
        };
        var reason = status.State == JobState.Running ? "" : status.Reason;
        var room = Math.Max(0, width - status.JobId.Length - 14);
        reason = reason.Length > room ? reason[..Math.Max(0, room - 1)] + "…" : reason;
        return new Markup($"[bold]{status.JobId.EscapeMarkup()}[/]  [{color}]{ProgressText.State(status.State)}[/]  {reason.EscapeMarkup()}");
    }

    private static IRenderable Bar(JobProgress progress, int width)
    {
        var steps = Math.Max(1, progress.Status?.Steps ?? 1);
        var share = Math.Clamp((double)progress.Step / steps, 0, 1);
        var label = string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(share * 100),3:0} %  step {progress.Step}/{steps}");
        var left = progress.TimeLeft is { } time ? $"  {ProgressText.Duration(time)} left" : $"  {ProgressText.Duration(progress.Elapsed)}";
        var room = Math.Max(10, width - label.Length - left.Length);
        var filled = (int)Math.Round(share * room);
        return new Markup($"[blue]{new string('━', filled)}[/][grey]{new string('─', room - filled)}[/]{label}{left}");
    }

    private static IRenderable Numbers(JobProgress progress)
    {
        var numbers = ProgressText.Numbers(progress).ToList();
        if (progress.LearningRate is { } rate)
        {
            numbers.Add(string.Create(CultureInfo.InvariantCulture, $"learning rate {rate:0.0e+0}"));
        }

        return new Text(numbers.Count > 0 ? string.Join("   ", numbers) : "no step yet");
    }

    private static Markup Curve(string line) =>
        new("[blue]" + line.EscapeMarkup().Replace(LossCurve.ValidationMark.ToString(), $"[yellow]{LossCurve.ValidationMark}[/]", StringComparison.Ordinal) + "[/]");

    private static Table Workers(JobProgress progress)
    {
        var table = new Table().NoBorder().AddColumns("[grey]rank[/]", "[grey]worker[/]", "[grey]replicas[/]", "[grey]step[/]", "[grey]phase[/]");
        foreach (var member in progress.Members)
        {
            table.AddRow(
                $"{member.Rank}", member.WorkerId.EscapeMarkup(), ProgressText.Replicas(member), $"{member.Step}",
                (member.Note.Length > 0 ? $"{member.Phase} ({member.Note})" : member.Phase).EscapeMarkup());
        }

        return table;
    }
}
