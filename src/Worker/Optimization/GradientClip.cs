namespace SeqCluster.Worker.Optimization;

/// <summary>Limits of a step's gradient, which it is cut back to.</summary>
/// <param name="Norm">Of the global norm; 0 for none.</param>
/// <param name="Value">Of each element, on either side of zero, after that; 0 for none.</param>
public readonly record struct GradientClip(double Norm, double Value);
