using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>Keeps what a run tells, and can act at a phase, at a halt, and at the end.</summary>
internal sealed class RecordingObserver(Action<MemberPhase, int>? onProgress = null) : IRunObserver
{
    private readonly List<MetricPoint> metrics = [];

    public StepLedger Ledger { get; } = new();

    /// <summary>What it keeps of the steps: nobody acknowledges anything.</summary>
    public IReadOnlyList<StepReport> Steps => [.. Ledger.Kept.Select(entry => entry.Report).OfType<StepReport>()];

    /// <summary>The job's metrics, and the worker's own.</summary>
    public IReadOnlyList<MetricPoint> Points => [.. Ledger.Kept.SelectMany(entry => entry.Metrics), .. metrics];

    public List<MemberPhase> Phases { get; } = [];

    public List<Assignment> Generations { get; } = [];

    public List<(int Generation, int Step, int? LostRank)> Halts { get; } = [];

    public List<RunOutcome> Outcomes { get; } = [];

    public Action<Assignment, int>? OnHalted { get; set; }

    public Action<RunOutcome>? OnEnded { get; set; }

    public void Entered(Assignment generation) => Generations.Add(generation);

    public void Halted(Assignment generation, HeldStep at, int? lostRank, string detail)
    {
        Halts.Add((generation.Generation, at.Step, lostRank));
        OnHalted?.Invoke(generation, at.Step);
    }

    public void Progress(MemberPhase phase, int step)
    {
        if (Phases.Count == 0 || Phases[^1] != phase)
        {
            Phases.Add(phase);
        }

        onProgress?.Invoke(phase, step);
    }

    public double ReplicaMs { get; private set; }

    public void Pace(double replicaMs) => ReplicaMs = replicaMs;

    public void Metrics(Assignment generation, IReadOnlyList<MetricPoint> points) => metrics.AddRange(points);

    public List<WrittenCheckpoint> Checkpoints { get; } = [];

    public void Checkpoint(WrittenCheckpoint written) => Checkpoints.Add(written);

    public List<(int Step, string Detail)> FailedCheckpoints { get; } = [];

    public Action<int>? OnCheckpointFailed { get; set; }

    public void CheckpointFailed(int step, string detail)
    {
        FailedCheckpoints.Add((step, detail));
        OnCheckpointFailed?.Invoke(step);
    }

    public void Ended(RunOutcome outcome)
    {
        Outcomes.Add(outcome);
        OnEnded?.Invoke(outcome);
    }

    public void Log(string text)
    {
    }
}
