namespace SeqCluster.Client.Silos;

/// <summary>What <c>seqcluster login</c> keeps of a silo.</summary>
/// <param name="Url">The silo.</param>
/// <param name="Token">A client token of it.</param>
/// <param name="AuthorityFile">Full path of the file given with <c>--ca</c>; empty for the system's authorities.</param>
/// <param name="Fingerprint">Of the one certificate that is trusted; empty for none.</param>
internal sealed record SavedLogin(Uri Url, string Token, string AuthorityFile, string Fingerprint);
