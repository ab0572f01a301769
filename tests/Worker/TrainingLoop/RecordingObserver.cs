using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>Keeps what a run tells, and can act at a phase.</summary>
internal sealed class RecordingObserver(Action<MemberPhase, int>? onProgress = null) : IRunObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<MetricPoint> Metrics { get; } = [];

    public List<MemberPhase> Phases { get; } = [];

    public void Progress(MemberPhase phase, int step)
    {
        if (Phases.Count == 0 || Phases[^1] != phase)
        {
            Phases.Add(phase);
        }

        onProgress?.Invoke(phase, step);
    }

    public void Step(StepReport report, IReadOnlyList<MetricPoint> metrics)
    {
        Steps.Add(report);
        Metrics.AddRange(metrics);
    }

    public List<WrittenCheckpoint> Checkpoints { get; } = [];

    public void Checkpoint(WrittenCheckpoint written) => Checkpoints.Add(written);

    public void Log(string text)
    {
    }
}
