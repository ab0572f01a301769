namespace SeqCluster.Data.Manifests;

/// <summary>A column of a series: what its numbers are called, and how they were made comparable, number ↦ (number − mean) / deviation.</summary>
/// <param name="Name">In the header.</param>
/// <param name="Mean">Of the training part; 0 where numbers were left as they are.</param>
/// <param name="Deviation">Standard deviation of the training part; 1 where numbers were left as they are.</param>
public sealed record SeriesColumn(string Name, double Mean, double Deviation)
{
    /// <summary>A number as models see it.</summary>
    public float Standardize(double value) => (float)((value - Mean) / Deviation);

    /// <summary>A number as the file has it.</summary>
    public double Restore(float value) => (value * Deviation) + Mean;
}
