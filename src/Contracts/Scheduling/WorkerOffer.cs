namespace SeqCluster.Contracts.Scheduling;

/// <summary>A live worker as the scheduler and the coordinator see it.</summary>
/// <param name="WorkerId">Stable name of the slot.</param>
/// <param name="Incarnation">New for each start of the process: an old one is fenced off by it.</param>
/// <param name="HostId">Equal for processes that can share memory.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="DataPlaneAddress"><c>host:port</c> where its peers reach it.</param>
/// <param name="Fingerprint">
/// Numerical environment, as <c>NAME: VALUE</c> joined by <c>; </c>: only equal ones share a deterministic job.
/// </param>
[GenerateSerializer, Immutable]
public sealed record WorkerOffer(
    string WorkerId,
    string Incarnation,
    string HostId,
    string Device,
    string DataPlaneAddress,
    string Fingerprint)
{
    /// <summary>The same for jobs with <c>numerics: portable</c>; empty when the worker cannot take such a job.</summary>
    [Id(6)] public string PortableFingerprint { get; init; } = "";
}
