using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Audit;

/// <summary>All that an audit needs of a job.</summary>
/// <param name="Status">The job.</param>
/// <param name="Lineage">The generations of all its attempts, in their order.</param>
/// <param name="Reports">All reports of steps, by step, attempt and generation.</param>
/// <param name="Manifest">Of its dataset.</param>
/// <param name="Folder">Where its dataset lies.</param>
/// <param name="Block">The model's longest sample, in places.</param>
public sealed record AuditedJob(
    JobStatus Status, IReadOnlyList<GenerationRecord> Lineage, IReadOnlyList<LedgerStep> Reports, DatasetManifest Manifest, string Folder, int Block);
