using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Reads sequences of different lengths, padded on the right, with layers of one or two directions (Schuster and Paliwal 1997). A
/// layer of width C has C units in one direction, or C/2 in each of two, whose outputs stand beside each other. Padding changes
/// nothing: the backward direction begins at each row's own last place.
/// </summary>
public sealed class RecurrentEncoder : nn.Module
{
    private readonly ModuleList<RecurrentCell> forwardCells;
    private readonly ModuleList<RecurrentCell>? backwardCells;
    private readonly Dropout dropout;

    /// <summary>An encoder with fresh weights.</summary>
    /// <param name="newCell">Makes a cell from its input width and its width.</param>
    /// <param name="inputWidth">I.</param>
    /// <param name="width">C.</param>
    /// <param name="layers">Layers over one another.</param>
    /// <param name="isBidirectional">Whether there are two directions; C is even then.</param>
    /// <param name="dropout">Between layers.</param>
    public RecurrentEncoder(Func<int, int, RecurrentCell> newCell, int inputWidth, int width, int layers, bool isBidirectional, double dropout)
        : base(nameof(RecurrentEncoder))
    {
        var units = isBidirectional ? width / 2 : width;
        ModuleList<RecurrentCell> Cells() => nn.ModuleList([.. Enumerable.Range(0, layers).Select(layer => newCell(layer == 0 ? inputWidth : width, units))]);
        forwardCells = Cells();
        backwardCells = isBidirectional ? Cells() : null;
        this.dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>Reads a batch.</summary>
    /// <param name="input_BSI">[B, S, I].</param>
    /// <param name="lengths">[B]: places that are not padding.</param>
    /// <returns>
    /// The top layer's outputs [B, S, C]; and a summary [B, C] of each row: what the forward direction says at its last place and the
    /// backward one at its first.
    /// </returns>
    public (Tensor Memory_BSC, Tensor Summary_BC) Read(Tensor input_BSI, int[] lengths)
    {
        var places = input_BSI.shape[1];
        var reversal_BS = Reversal(lengths, places, input_BSI);
        var x = input_BSI;
        Tensor ahead = x, back = x;
        for (var layer = 0; layer < forwardCells.Count; layer++)
        {
            x = layer == 0 ? x : dropout.call(x);
            ahead = Run(forwardCells[layer], x);
            back = backwardCells is null ? ahead : Reordered(Run(backwardCells[layer], Reordered(x, reversal_BS)), reversal_BS);
            x = backwardCells is null ? ahead : cat([ahead, back], -1);
        }

        // What stands first when a row is reversed is its last place.
        var last_BH = Reordered(ahead, reversal_BS.narrow(1, 0, 1)).squeeze(1);
        return (x, backwardCells is null ? last_BH : cat([last_BH, back.select(1, 0)], -1));
    }

    private static Tensor Run(RecurrentCell cell, Tensor x_BSI) => cell.Run(x_BSI, cell.ZeroState(x_BSI.shape[0], x_BSI)).Output_BTH;

    // Its gradient adds to each place once: no order of additions is open.
    private static Tensor Reordered(Tensor x_BSI, Tensor place_BS) =>
        x_BSI.gather(1, place_BS.unsqueeze(-1).expand(-1, -1, x_BSI.shape[2]));

    private static Tensor Reversal(int[] lengths, long places, Tensor like)
    {
        var place = new long[lengths.Length * places];
        for (var index = 0L; index < place.LongLength; index++)
        {
            var (row, column) = Math.DivRem(index, places);
            place[index] = column < lengths[row] ? lengths[row] - 1 - column : column;
        }

        return tensor(place, [lengths.Length, places], ScalarType.Int64, like.device);
    }
}
