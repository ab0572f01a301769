using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>Tells places of a sequence apart by a vector for each, which is added to the embedding or stands beside it.</summary>
public abstract class Positions(string name) : nn.Module(name)
{
    /// <summary>Marks places offset … offset + T − 1.</summary>
    /// <param name="embedding_BTE">[B, T, E], E as <see cref="PositionKinds.EmbeddingWidth"/> says.</param>
    /// <param name="offset">The first place.</param>
    /// <returns>[B, T, C].</returns>
    public abstract Tensor Mark(Tensor embedding_BTE, int offset);
}
