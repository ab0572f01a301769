using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>What a training run tells of itself, from the engine thread. Must return at once: the engine never waits for a network.</summary>
internal interface IRunObserver
{
    /// <summary>The run entered a phase, or completed a step in it.</summary>
    void Progress(MemberPhase phase, int step);

    /// <summary>A step is done: its samples and the metrics that this rank is responsible for.</summary>
    void Step(StepReport report, IReadOnlyList<MetricPoint> metrics);

    /// <summary>A checkpoint is permanent.</summary>
    void Checkpoint(WrittenCheckpoint written);

    /// <summary>A line for people.</summary>
    void Log(string text);
}

/// <summary>How a run ended.</summary>
/// <param name="Result">Set exactly when it completed.</param>
/// <param name="Fault">Why it did not; empty when it completed.</param>
/// <param name="Retryable">Whether another attempt can mend the fault.</param>
internal sealed record RunOutcome(JobResult? Result, string Fault, bool Retryable)
{
    /// <summary>It stopped at a step boundary, with all other members, because it was asked to.</summary>
    public bool HasYielded { get; init; }

    /// <summary>Reference of the checkpoint that it should have gone on from and could not; otherwise null.</summary>
    public string? DamagedCheckpoint { get; init; }
}
