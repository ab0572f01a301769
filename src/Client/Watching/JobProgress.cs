using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Client.Watching;

/// <summary>
/// What is known of a watched job: the live state behind every view. It only collects; it asks nobody and draws nothing.
/// Used by one thread at a time.
/// </summary>
internal sealed class JobProgress(TimeProvider time)
{
    private const int KeptEvents = 5;
    private const string WorkerPrefix = "worker/";

    // Long enough that an evaluation does not look like a stop, short enough to follow a change of workers.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(20);

    private readonly long started = time.GetTimestamp();
    private readonly Queue<(TimeSpan At, int Step)> steps = [];
    private readonly Queue<JobEvent> events = [];
    private int ranksSeen;

    public JobStatus? Status { get; private set; }

    public LossSeries Train { get; } = new();

    public LossSeries Validation { get; } = new();

    public double? TokensPerSecond { get; private set; }

    public double? LearningRate { get; private set; }

    /// <summary>The newest step that is known; metrics run ahead of the status.</summary>
    public int Step { get; private set; }

    public string? Note { get; private set; }

    public IReadOnlyCollection<JobEvent> Events => events;

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    /// <summary>Members while it runs; none before and after.</summary>
    public IReadOnlyList<MemberStatus> Members => Status?.Members ?? [];

    /// <summary>The members, or for a job whose members were never seen the workers that its metrics name.</summary>
    public int Workers => Members.Count > 0 ? Members.Count : ranksSeen;

    public bool IsFinal => Status?.IsFinal() ?? false;

    /// <summary>What is left at the present pace; null while there is none.</summary>
    public TimeSpan? TimeLeft
    {
        get
        {
            if (Status is not { State: JobState.Running } || steps.Count < 2)
            {
                return null;
            }

            var (from, to) = (steps.Peek(), steps.Last());
            return to.Step == from.Step ? null : (to.At - from.At) / (to.Step - from.Step) * (Status.Steps - Step);
        }
    }

    public void Apply(WatchUpdate update)
    {
        if (update.Status is { } status)
        {
            Apply(status);
        }

        if (update.Metric is { } metric)
        {
            Apply(metric);
        }

        if (update.Event is { } happened)
        {
            events.Enqueue(happened);
            if (events.Count > KeptEvents)
            {
                events.Dequeue();
            }
        }

        Note = update.Note ?? Note;
    }

    private void Apply(JobStatus status)
    {
        if (status.Attempt != Status?.Attempt)
        {
            // Another attempt begins at an earlier step.
            steps.Clear();
            Step = status.Step;
        }

        Status = status;
        Note = null;
        Step = Math.Max(Step, status.Step);

        // The pace is taken from the status alone: metrics of the past arrive all at once.
        var now = Elapsed;
        steps.Enqueue((now, status.Step));
        while (steps.Count > 2 && now - steps.Peek().At > RateWindow)
        {
            steps.Dequeue();
        }
    }

    private void Apply(JobMetric metric)
    {
        switch (metric.Name)
        {
            case "train/loss":
                Train.Add(metric.Step, metric.Value);
                Step = Math.Max(Step, metric.Step);
                break;
            case "validation/loss":
                Validation.Add(metric.Step, metric.Value);
                break;
            case "train/tokens_per_second":
                // Single steps jump about: a moving average of about ten of them.
                TokensPerSecond = TokensPerSecond is { } before ? before + ((metric.Value - before) / 10) : metric.Value;
                break;
            case "train/learning_rate":
                LearningRate = metric.Value;
                break;
            case var name when name.StartsWith(WorkerPrefix, StringComparison.Ordinal):
                ranksSeen = Math.Max(ranksSeen, RankOf(name) + 1);
                break;
        }
    }

    // worker/RANK/…: a short job can come and go between two looks at its members.
    private static int RankOf(string name) =>
        int.TryParse(name.AsSpan(WorkerPrefix.Length, Math.Max(0, name.IndexOf('/', WorkerPrefix.Length) - WorkerPrefix.Length)), out var rank) ? rank : 0;
}
