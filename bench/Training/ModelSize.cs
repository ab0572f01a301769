namespace SeqCluster.Bench.Training;

/// <summary>Which of a model's two configurations: the measured one, or one small enough for a test.</summary>
public enum ModelSize
{
    Full,
    Small,
}
