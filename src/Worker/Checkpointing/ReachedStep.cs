using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>A completed step as its checkpoint tells of it, as it was at the boundary.</summary>
/// <param name="Step">Which.</param>
/// <param name="Summary">What the run has come to.</param>
/// <param name="EvaluatedLoss">The validation loss of this very step; null when it was not evaluated.</param>
/// <param name="UnsentReports">What the silo has not stored yet of the steps up to this one.</param>
internal sealed record ReachedStep(int Step, RunSummary Summary, double? EvaluatedLoss, IReadOnlyList<LedgerEntry> UnsentReports);
