using System.Globalization;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Watching;

/// <summary>A job's progress in words and numbers, the same in every view.</summary>
internal static class ProgressText
{
    public static string Line(JobProgress progress)
    {
        var parts = new List<string> { $"step {progress.Step}/{progress.Status?.Steps}" };
        parts.AddRange(Numbers(progress));
        parts.Add(Count(progress.Members.Count, "worker"));
        if (progress.TimeLeft is { } left)
        {
            parts.Add($"{Duration(left)} left");
        }

        return string.Join("  ", parts);
    }

    /// <summary>Losses and speed, as far as they are known.</summary>
    public static IEnumerable<string> Numbers(JobProgress progress)
    {
        if (progress.Train.Last is { } train)
        {
            yield return $"loss {Loss(train)}";
        }

        if (progress.Validation.Last is { } validation)
        {
            yield return $"validation {Loss(validation)}";
        }

        if (progress.TokensPerSecond is { } speed)
        {
            yield return $"{Speed(speed)} tokens/s";
        }
    }

    public static string Loss(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Speed(double tokensPerSecond) => tokensPerSecond.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    /// <summary><c>7 s</c>, <c>2:05</c>, <c>3:02:05</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(duration.TotalSeconds));
        return seconds < 60 ? $"{seconds} s"
            : seconds < 3600 ? $"{seconds / 60}:{seconds % 60:00}"
            : $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}";
    }

    /// <summary>Replicas of a member: <c>0–2</c>, or <c>3</c>.</summary>
    public static string Replicas(MemberStatus member) => member.ReplicaCount switch
    {
        0 => "none",
        1 => $"{member.FirstReplica}",
        _ => $"{member.FirstReplica}–{member.FirstReplica + member.ReplicaCount - 1}",
    };

    public static string State(JobState state) => state.ToString().ToLowerInvariant();
}
