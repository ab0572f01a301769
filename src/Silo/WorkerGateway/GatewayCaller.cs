namespace SeqCluster.Silo.WorkerGateway;

/// <summary>Who stands behind a socket.</summary>
/// <param name="Address">Where the connection came from, for people.</param>
/// <param name="Revoked">Cancelled when its token is revoked.</param>
internal readonly record struct GatewayCaller(string Address, CancellationToken Revoked);
