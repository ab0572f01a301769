using SeqCluster.Worker.Pinning;

namespace SeqCluster.Worker.Control;

/// <summary>Who this worker process is, for its whole life.</summary>
/// <param name="WorkerId">The slot's name.</param>
/// <param name="Incarnation">New for each start.</param>
/// <param name="HostId">Equal for processes that share memory.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="DataPlaneAddress"><c>host:port</c>.</param>
/// <param name="Fingerprints">The numerical environment.</param>
internal sealed record WorkerIdentity(
    string WorkerId, string Incarnation, string HostId, string Device, string DataPlaneAddress, Fingerprints Fingerprints);
