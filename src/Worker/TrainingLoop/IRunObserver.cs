using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Worker.Ledger;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>What a training run tells of itself. Must return at once, but for <see cref="Ended"/>: the engine never waits for a network while it trains.</summary>
internal interface IRunObserver
{
    /// <summary>What the run keeps of its steps until the silo has stored it.</summary>
    StepLedger Ledger { get; }

    /// <summary>The run has taken up a generation: what it tells from now on belongs to it.</summary>
    void Entered(Assignment generation);

    /// <summary>It completes no further step of that generation, keeps its state, and waits for the next one. From any thread.</summary>
    /// <param name="generation">Which.</param>
    /// <param name="at">The last step that it has completed, or is about to have, and what of it is here.</param>
    /// <param name="lostRank">The member that it has lost; null when it was told to halt.</param>
    /// <param name="detail">What was seen, for people.</param>
    void Halted(Assignment generation, HeldStep at, int? lostRank, string detail);

    /// <summary>The run entered a phase, or completed a step in it.</summary>
    void Progress(MemberPhase phase, int step);

    /// <summary>How long one replica takes: reading, forward, backward.</summary>
    /// <param name="replicaMs">Median of the last steps, milliseconds.</param>
    void Pace(double replicaMs);

    /// <summary>What this worker measured of itself in a step of that generation; the job's own metrics go into the ledger.</summary>
    void Metrics(Assignment generation, IReadOnlyList<MetricPoint> points);

    /// <summary>A checkpoint is permanent. From any thread.</summary>
    void Checkpoint(WrittenCheckpoint written);

    /// <summary>A checkpoint could not be written, or not sent to the silo. From any thread.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="detail">Which path, why, and what follows, for people.</param>
    void CheckpointFailed(int step, string detail);

    /// <summary>
    /// The run has come to something; it keeps its state until it is aborted or a later generation follows. Returns when the checkpoint
    /// that the outcome promises is permanent.
    /// </summary>
    void Ended(RunOutcome outcome);

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
