using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>Weights before training, drawn from torch's generator in the order of their names.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Matrices as Glorot and Bengio 2010; embeddings and learned positions from a normal distribution of variance 1/C, which the
    /// factor √C of sinusoidal positions brings to 1 (Vaswani et al. 2017, section 3.4; tensor2tensor's defaults); gains 1, biases 0.
    /// </summary>
    internal static void OfTransformer(TrainableModel model)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            if (name.EndsWith("okens.weight", StringComparison.Ordinal) || name.EndsWith("ositions.table.weight", StringComparison.Ordinal))
            {
                nn.init.normal_(parameter, 0, 1 / Math.Sqrt(model.Width));
            }
            else if (parameter.dim() >= 2)
            {
                nn.init.xavier_uniform_(parameter);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                nn.init.zeros_(parameter);
            }
        }
    }
}
