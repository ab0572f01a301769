namespace SeqCluster.Client.Watching;

/// <summary>
/// A loss over the steps in bounded memory: when it is full, neighbours are averaged and from then on as many steps make one
/// point. Not safe from several threads.
/// </summary>
public sealed class LossSeries
{
    private const int Capacity = 4_096;

    private readonly List<(double Step, double Value)> points = [];
    private int stepsPerPoint = 1;
    private (double Steps, double Values, int Count) pending;

    /// <summary>The points in order of their steps.</summary>
    public IReadOnlyList<(double Step, double Value)> Points => points;

    /// <summary>The newest value; null without one.</summary>
    public double? Last { get; private set; }

    /// <summary>Adds a value; one that is not finite is remembered as the newest, and leaves no point.</summary>
    public void Add(int step, double value)
    {
        Last = value;
        if (!double.IsFinite(value))
        {
            return;
        }

        if (points.Count > 0 && step < points[^1].Step)
        {
            // Another attempt began again: what it repeats replaces what was.
            points.RemoveAll(point => point.Step >= step);
            pending = default;
        }

        pending = (pending.Steps + step, pending.Values + value, pending.Count + 1);
        if (pending.Count < stepsPerPoint)
        {
            return;
        }

        points.Add((pending.Steps / pending.Count, pending.Values / pending.Count));
        pending = default;
        if (points.Count == Capacity)
        {
            Halve();
        }
    }

    private void Halve()
    {
        for (var i = 0; i < Capacity / 2; i++)
        {
            var (left, right) = (points[2 * i], points[(2 * i) + 1]);
            points[i] = ((left.Step + right.Step) / 2, (left.Value + right.Value) / 2);
        }

        points.RemoveRange(Capacity / 2, Capacity / 2);
        stepsPerPoint *= 2;
    }
}
