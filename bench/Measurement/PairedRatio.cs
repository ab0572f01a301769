namespace SeqCluster.Bench.Measurement;

/// <summary>
/// Our time over the peer's, formed pair by pair from runs that followed each other, so that a drift of the machine
/// touches both sides of a ratio alike.
/// </summary>
/// <param name="Ours">Median of our samples, seconds.</param>
/// <param name="Peer">Median of the peer's samples, seconds.</param>
/// <param name="Ratio">Median of the pairs' ratios; below 1 we are faster.</param>
/// <param name="Lowest">The lowest of the ratios.</param>
/// <param name="Highest">The highest of the ratios.</param>
public sealed record PairedRatio(double Ours, double Peer, double Ratio, double Lowest, double Highest)
{
    /// <exception cref="ArgumentException">The lists are empty or differ in length.</exception>
    public static PairedRatio Of(IReadOnlyList<double> ours, IReadOnlyList<double> peer)
    {
        if (ours.Count != peer.Count)
        {
            throw new ArgumentException($"{ours.Count} samples of ours against {peer.Count} of the peer's", nameof(peer));
        }

        var ratios = ours.Zip(peer, (our, their) => our / their).ToArray();
        return new PairedRatio(Median.Of(ours), Median.Of(peer), Median.Of(ratios), ratios.Min(), ratios.Max());
    }
}
