namespace SeqCluster.Silo.Api;

/// <summary>The body of <c>POST /v1/jobs/{id}:scale</c>.</summary>
/// <param name="Workers">The most workers that the job shall take, from 1 to its replicas.</param>
public sealed record ScaleRequest(int? Workers);
