namespace SeqCluster.Data.Preparation;

/// <summary>What preparing a dataset takes besides its settings.</summary>
/// <param name="BaseFolder">Relative paths start here.</param>
/// <param name="Block">The model's longest sample, in places; null when it is not known.</param>
/// <param name="Writer">Takes the samples; its dataset appears when preparation has returned.</param>
/// <param name="Progress">Told the part done, 0 to 1.</param>
/// <param name="Cancellation">Checked now and then.</param>
internal sealed record PreparationContext(
    string BaseFolder, int? Block, DatasetWriter Writer, IProgress<double>? Progress, CancellationToken Cancellation)
{
    /// <summary>A source file as the manifest names it.</summary>
    public Manifests.SourceEntry SourceOf(string file) =>
        new(Path.GetRelativePath(Path.GetFullPath(BaseFolder), file), new FileInfo(file).Length);
}
