namespace SeqCluster.Contracts.Access;

/// <summary>The body of <c>POST /v1/tokens</c>.</summary>
/// <param name="Kind">Whom the new token shall let in.</param>
/// <param name="Name">For people, at most 100 characters; may be empty.</param>
public sealed record TokenRequest(TokenKind? Kind, string? Name);
