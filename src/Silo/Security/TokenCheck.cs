namespace SeqCluster.Silo.Security;

/// <summary>What a presented token is worth.</summary>
/// <param name="Refusal">Empty when it is let in, else why not.</param>
/// <param name="IsKnown">Whether it is a valid token, though perhaps of the other kind.</param>
/// <param name="TokenId">Its id; empty when it is unknown.</param>
/// <param name="Revoked">Cancelled when it is revoked later.</param>
internal readonly record struct TokenCheck(string Refusal, bool IsKnown, string TokenId, CancellationToken Revoked);
