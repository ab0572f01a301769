namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// A step whose update is computed before it is sure that it counts: keeps what was overwritten, until the step is kept or undone.
/// Where members share the optimizer's state out, nobody may count a step before all hold what it leads to; then whoever has
/// prepared it can still go either way, as the others did. Outlives the group in which the step was computed. Engine thread only.
/// </summary>
internal sealed class OpenStep
{
    private readonly List<(float[] Buffer, int Start, int Count)> places = [];
    private float[] values = [];
    private int used;

    /// <summary>The step; null while none is open.</summary>
    public int? Step { get; private set; }

    /// <summary>What it came to.</summary>
    public StepOutcome Outcome { get; private set; }

    /// <summary>Which parts of the state are held when it is kept.</summary>
    public StateParts Parts { get; private set; } = StateParts.Whole;

    /// <summary>Opens a step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="parts">Which parts of the state this member will hold.</param>
    public void Begin(int step, StepOutcome outcome, StateParts parts) => (Step, Outcome, Parts) = (step, outcome, parts);

    /// <summary>Keeps a range as it is now; to be called before it is overwritten.</summary>
    public void Save(float[] buffer, int start, int count)
    {
        if (used + count > values.Length)
        {
            Array.Resize(ref values, used + count);
        }

        buffer.AsSpan(start, count).CopyTo(values.AsSpan(used));
        places.Add((buffer, start, count));
        used += count;
    }

    /// <summary>The step counts.</summary>
    public void Keep() => Close();

    /// <summary>The step does not count: everything is as it was before.</summary>
    public void Undo()
    {
        var end = used;
        foreach (var (buffer, start, count) in Enumerable.Reverse(places))
        {
            values.AsSpan(end -= count, count).CopyTo(buffer.AsSpan(start));
        }

        Close();
    }

    private void Close()
    {
        (Step, used) = (null, 0);
        places.Clear();
    }
}
