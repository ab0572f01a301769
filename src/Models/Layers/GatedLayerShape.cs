namespace SeqCluster.Models.Layers;

/// <summary>Sizes of a <see cref="GatedLayer"/>.</summary>
/// <param name="Width">C: channels of the residual stream.</param>
/// <param name="SkipWidth">S: channels of the skips.</param>
/// <param name="IsMixShared">One 1×1 convolution makes both; then S = C.</param>
/// <param name="Kernel">Taps.</param>
/// <param name="Dilation">Places from tap to tap.</param>
/// <param name="ClassWidth">G: numbers that a whole sequence is conditioned on; 0 without.</param>
/// <param name="FeatureChannels">F: numbers that each place is conditioned on; 0 without.</param>
public sealed record GatedLayerShape(int Width, int SkipWidth, bool IsMixShared, int Kernel, int Dilation, int ClassWidth, int FeatureChannels);
