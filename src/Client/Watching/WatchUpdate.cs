using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Client.Watching;

/// <summary>Something new about a watched job: exactly one of these is set, or none for the passing of time.</summary>
/// <param name="Status">The job's status.</param>
/// <param name="Metric">A number of a step.</param>
/// <param name="Event">A change of state.</param>
/// <param name="Note">What the watching itself has to say, for example that the silo is away.</param>
internal sealed record WatchUpdate(JobStatus? Status = null, JobMetric? Metric = null, JobEvent? Event = null, string? Note = null);
