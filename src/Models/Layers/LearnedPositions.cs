using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>One learned vector for each place (Gehring et al. 2017; Radford et al. 2018): x + P[place].</summary>
public sealed class LearnedPositions : Positions
{
    private readonly Embedding table;

    /// <summary>Vectors for <paramref name="places"/> places.</summary>
    public LearnedPositions(int places, int width)
        : base(nameof(LearnedPositions))
    {
        table = nn.Embedding(places, width);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Mark(Tensor embedding_BTE, int offset)
    {
        using var scope = NewDisposeScope();
        // A slice, not a look-up: its gradient is a copy.
        var position_TC = table.weight!.narrow(0, offset, embedding_BTE.shape[1]);
        return (embedding_BTE + position_TC).MoveToOuterDisposeScope();
    }
}
