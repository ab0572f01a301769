namespace SeqCluster.Contracts.Access;

/// <summary>A token as the API lists it. The token itself is nowhere but with its owner.</summary>
/// <param name="Id">Names it in <c>seqcluster token revoke</c>.</param>
/// <param name="Kind">Who it lets in.</param>
/// <param name="Name">For people.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">When it was revoked; null while it is valid.</param>
public sealed record TokenDescription(string Id, TokenKind Kind, string Name, DateTimeOffset Created, DateTimeOffset? Revoked);
