namespace SeqCluster.Bench.Training;

/// <summary>One line of the report.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Task">The task that measures it.</param>
/// <param name="Unit">The unit that the report shows.</param>
/// <param name="UnitsPerSecond">How many of that unit make a second.</param>
/// <param name="Bound">The ratio that must not be exceeded.</param>
/// <param name="SampleFactor">Samples for each step asked for: short tasks take more.</param>
public sealed record Row(string Name, string Task, string Unit, double UnitsPerSecond, double Bound, int SampleFactor)
{
    /// <summary>All rows, in the order of the report.</summary>
    public static readonly IReadOnlyList<Row> All =
    [
        new("transformer step", "transformer", "ms", 1e3, 1.02, 1),
        new("lstm step", "lstm", "ms", 1e3, 1.02, 1),
        new("wavenet step", "wavenet", "ms", 1e3, 1.02, 1),
        new("trivial add", TorchTask.Add, "ns", 1e9, 0.85, 10),
        new("start to first operator", TorchTask.Start, "ms", 1e3, 0.70, 1),
        new("adam, 3.3 M parameters", TorchTask.Adam, "ms", 1e3, 1.02, 10),
    ];
}
