namespace SeqCluster.Contracts.Datasets;

/// <summary>A dataset as the API shows it: what moving it means, whatever is in it.</summary>
/// <param name="Sha256">Its name: the manifest's hash.</param>
/// <param name="Kind">As the manifest says; empty until the manifest is there.</param>
/// <param name="Files">Files with the manifest.</param>
/// <param name="Bytes">All of them together.</param>
/// <param name="IsComplete">Whether jobs can name it. Until then it is being uploaded.</param>
/// <param name="Missing">Hashes of the files that are not whole yet; null in lists.</param>
public sealed record DatasetStatus(string Sha256, string Kind, int Files, long Bytes, bool IsComplete, IReadOnlyList<string>? Missing);
