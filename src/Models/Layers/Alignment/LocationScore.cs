using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>W s (Luong et al. 2015, "location"): a score for each place from the state alone, whatever stands there.</summary>
public sealed class LocationScore : AlignmentScore
{
    private readonly Linear places;

    /// <summary>A score with fresh weights for so many source places.</summary>
    public LocationScore(int width, int sourcePlaces)
        : base(nameof(LocationScore))
    {
        places = nn.Linear(width, sourcePlaces, false);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Score(Tensor query_BTC, Tensor keys_BSK) => places.call(query_BTC).narrow(-1, 0, keys_BSK.shape[1]);
}
