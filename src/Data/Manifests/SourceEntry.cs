namespace SeqCluster.Data.Manifests;

/// <summary>A file that the dataset was made from.</summary>
/// <param name="Path">As found, relative to the folder of the job file.</param>
/// <param name="Bytes">Its size.</param>
public sealed record SourceEntry(string Path, long Bytes);
