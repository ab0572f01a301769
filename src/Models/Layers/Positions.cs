using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>Tells places of a sequence apart by adding a vector for each to the embedding.</summary>
public abstract class Positions(string name) : nn.Module(name)
{
    /// <summary>Adds the vectors of places offset … offset + T − 1.</summary>
    /// <param name="embedding_BTC">[B, T, C].</param>
    /// <param name="offset">The first place.</param>
    /// <returns>[B, T, C].</returns>
    public abstract Tensor AddTo(Tensor embedding_BTC, int offset);
}
