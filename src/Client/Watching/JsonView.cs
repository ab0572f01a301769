using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Client.Watching;

/// <summary>One JSON object a line: progress about once a second, evaluations and events as they come.</summary>
internal sealed class JsonView(TextWriter output) : IWatchView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The form of these lines: snake_case, NaN as text.</summary>
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>For what the worker's program says.</summary>
    internal static JsonSerializerOptions Reading { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public async Task ShowAsync(JobProgress progress, IAsyncEnumerable<WatchUpdate> updates)
    {
        TimeSpan? last = null;
        await foreach (var update in updates)
        {
            if (update.Event is { } happened)
            {
                Write(new { Job = progress.Status?.JobId, Event = happened.Kind, happened.Message, happened.At });
            }
            else if (update.Metric is { Name: "validation/loss" } || last is null || progress.Elapsed - last >= Interval)
            {
                last = progress.Elapsed;
                Write(Line(progress));
            }
        }
    }

    private static object Line(JobProgress progress) => new
    {
        Job = progress.Status?.JobId,
        progress.Status?.State,
        progress.Step,
        progress.Status?.Steps,
        Workers = progress.Members.Count,
        TrainLoss = progress.Train.Last,
        ValidationLoss = progress.Validation.Last,
        progress.TokensPerSecond,
        SecondsLeft = progress.TimeLeft?.TotalSeconds,
    };

    private void Write(object line)
    {
        output.WriteLine(JsonSerializer.Serialize(line, Options));
        output.Flush();
    }
}
