namespace SeqCluster.Pictures;

/// <summary>
/// Colours for numbers from 0 to 1, from dark violet over green to yellow; lightness grows evenly, so the picture reads in grey
/// too. Eight points of matplotlib's viridis (van der Walt and Smith 2015, CC0), joined by straight lines.
/// </summary>
public static class ColourScale
{
    private static readonly (byte Red, byte Green, byte Blue)[] Points =
        [(68, 1, 84), (70, 50, 127), (54, 92, 141), (39, 127, 142), (31, 161, 135), (74, 194, 109), (159, 218, 58), (253, 231, 37)];

    /// <summary>The colour of a number; what lies outside 0 to 1 has the colour of the nearer end, and so has what is no number.</summary>
    public static (byte Red, byte Green, byte Blue) At(double value)
    {
        var place = (double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1)) * (Points.Length - 1);
        var first = Math.Min((int)place, Points.Length - 2);
        var (low, high, part) = (Points[first], Points[first + 1], place - first);
        return (Mix(low.Red, high.Red, part), Mix(low.Green, high.Green, part), Mix(low.Blue, high.Blue, part));
    }

    private static byte Mix(byte low, byte high, double part) => (byte)Math.Round(low + ((high - low) * part));
}
