namespace SeqCluster.Worker.Optimization;

/// <summary>One state tensor of an optimizer, as long as the weights.</summary>
/// <param name="Name">For example <c>exp_avg</c>; its name in checkpoints.</param>
/// <param name="Values">One for each weight.</param>
public sealed record FlatState(string Name, float[] Values);
