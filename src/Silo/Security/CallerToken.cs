namespace SeqCluster.Silo.Security;

/// <summary>By which token a request was let in; a feature of the request. Absent where no token is needed.</summary>
/// <param name="TokenId">The token's id.</param>
/// <param name="Revoked">Cancelled when the token is revoked.</param>
internal sealed record CallerToken(string TokenId, CancellationToken Revoked);
