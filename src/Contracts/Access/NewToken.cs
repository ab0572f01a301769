namespace SeqCluster.Contracts.Access;

/// <summary>A token that was made just now. The silo keeps only its hash: this is the one time that it is told.</summary>
/// <param name="Description">What the API will list of it.</param>
/// <param name="Token">The token.</param>
public sealed record NewToken(TokenDescription Description, string Token);
