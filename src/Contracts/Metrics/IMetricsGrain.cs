namespace SeqCluster.Contracts.Metrics;

/// <summary>One job's metrics and step reports, keyed by job id: writes batches to the store, upserting.</summary>
public interface IMetricsGrain : IGrainWithStringKey
{
    /// <summary>Returns when the batch is stored. Repeating it changes nothing.</summary>
    /// <returns>What in it contradicts a report of the same step that is there, in words; empty for nothing.</returns>
    Task<string> Append(WorkerStepReports reports);
}
