using System.Globalization;

namespace SeqCluster.Pictures;

/// <summary>Round numbers along an axis.</summary>
internal static class AxisTicks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten within a range, at most so many.</summary>
    public static IReadOnlyList<double> Between(double low, double high, int most)
    {
        if (!(high > low))
        {
            return [low];
        }

        var rough = (high - low) / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= rough * 0.999) * power;
        var first = Math.Ceiling(low / step - 1e-9);
        return [.. Enumerable.Range(0, most + 2).Select(i => (first + i) * step).TakeWhile(tick => tick <= high + (step * 1e-9))];
    }

    /// <summary>A number in as few digits as tell it from its neighbours.</summary>
    public static string Text(double value) => (Math.Abs(value) < 1e-12 ? 0 : value).ToString("#,0.######", CultureInfo.InvariantCulture);
}
