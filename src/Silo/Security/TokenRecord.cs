using SeqCluster.Contracts.Access;

namespace SeqCluster.Silo.Security;

/// <summary>What is kept of a token.</summary>
/// <param name="Description">What may be told.</param>
/// <param name="Sha256">Of the token's text, lower-case hexadecimal. A token has 256 random bits: its plain hash tells nothing of it.</param>
internal sealed record TokenRecord(TokenDescription Description, string Sha256);
