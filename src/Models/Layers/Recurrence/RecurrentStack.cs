using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Recurrent layers over one another, each reading the one below, with dropout between them. The state of a stack is that of its
/// layers, the lowest first.
/// </summary>
public sealed class RecurrentStack : nn.Module
{
    private readonly ModuleList<RecurrentCell> layers;
    private readonly Dropout dropout;

    /// <summary>A stack that owns these layers.</summary>
    public RecurrentStack(IEnumerable<RecurrentCell> layers, double dropout)
        : base(nameof(RecurrentStack))
    {
        this.layers = nn.ModuleList([.. layers]);
        this.dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>Tensors [B, H] of the state.</summary>
    public int StateTensors => layers.Sum(layer => layer.StateTensors);

    /// <summary>A state of zeros.</summary>
    public Tensor[] ZeroState(long batch, Tensor like) => [.. layers.SelectMany(layer => layer.ZeroState(batch, like))];

    /// <summary>The top layer's output [B, H] in a state.</summary>
    public Tensor OutputOf(Tensor[] state) => state[^layers[layers.Count - 1].StateTensors];

    /// <summary>One place: the top layer's output [B, H], and the state after it.</summary>
    public (Tensor Output_BH, Tensor[] State) Step(Tensor input_BI, Tensor[] state)
    {
        var after = new List<Tensor>(state.Length);
        var x = input_BI;
        foreach (var (number, layer) in layers.Index())
        {
            var layerState = layer.Step(number == 0 ? x : dropout.call(x), state[after.Count..(after.Count + layer.StateTensors)]);
            after.AddRange(layerState);
            x = layerState[0];
        }

        return (x, [.. after]);
    }

    /// <summary>A whole sequence: the top layer's outputs [B, T, H], and the state after the last place.</summary>
    public (Tensor Output_BTH, Tensor[] State) Run(Tensor input_BTI, Tensor[] state)
    {
        var after = new List<Tensor>(state.Length);
        var x = input_BTI;
        foreach (var (number, layer) in layers.Index())
        {
            (x, var layerState) = layer.Run(number == 0 ? x : dropout.call(x), state[after.Count..(after.Count + layer.StateTensors)]);
            after.AddRange(layerState);
        }

        return (x, [.. after]);
    }
}
