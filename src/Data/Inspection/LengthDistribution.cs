namespace SeqCluster.Data.Inspection;

/// <summary>How long the samples of a split are.</summary>
/// <param name="Of">What is measured: the sources, the targets, the recordings.</param>
/// <param name="Unit">In what.</param>
/// <param name="Least">The shortest.</param>
/// <param name="Median">Half are at most so long.</param>
/// <param name="Mean">The mean.</param>
/// <param name="NinetiethPercentile">Nine of ten are at most so long.</param>
/// <param name="Most">The longest.</param>
public sealed record LengthDistribution(string Of, string Unit, double Least, double Median, double Mean, double NinetiethPercentile, double Most)
{
    /// <summary>Of any lengths, at least one.</summary>
    internal static LengthDistribution From(string of, string unit, IEnumerable<double> lengths)
    {
        var sorted = lengths.Order().ToArray();

        // The smallest that is not below the wanted part of all.
        double At(double part) => sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
        return new LengthDistribution(of, unit, sorted[0], At(0.5), sorted.Average(), At(0.9), sorted[^1]);
    }
}
