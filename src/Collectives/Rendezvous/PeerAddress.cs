namespace SeqCluster.Collectives.Rendezvous;

/// <summary>Where a member listens, exchanged out of band before a group is joined.</summary>
/// <param name="Host">Name or address that the other members can reach.</param>
/// <param name="Port">TCP port of its <see cref="GroupListener"/>.</param>
/// <param name="HostId">Members with the same non-empty id can share memory (<see cref="HostIdentity"/>).</param>
public sealed record PeerAddress(string Host, int Port, string HostId);
