namespace SeqCluster.Worker.TrainingLoop;

/// <summary>Medians over the last steps: what a step takes, and what one replica takes here. Changes no result.</summary>
internal sealed class RunPace
{
    /// <summary>Steps that count: few enough to follow a change within seconds, enough to pass over a single slow one.</summary>
    public const int Window = 9;

    private readonly Queue<(double Step, double Replica)> last = new();

    /// <summary>A step is done.</summary>
    /// <param name="stepMs">What it took.</param>
    /// <param name="computeMs">What reading, forward and backward of all replicas here took of it.</param>
    /// <param name="replicas">Replicas that had samples here; a step without any tells nothing of them.</param>
    public void Add(double stepMs, double computeMs, int replicas)
    {
        last.Enqueue((stepMs, replicas > 0 ? computeMs / replicas : double.NaN));
        if (last.Count > Window)
        {
            last.Dequeue();
        }
    }

    /// <summary>Of the whole step; zero before the first.</summary>
    public TimeSpan Step => TimeSpan.FromMilliseconds(Median(last.Select(one => one.Step)));

    /// <summary>Milliseconds of one replica; zero while unknown.</summary>
    public double ReplicaMs => Median(last.Select(one => one.Replica).Where(double.IsFinite));

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : 0;
}
