using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// One recurrent layer in one direction: (output, state) from (input, state), place by place. What does not depend on the state,
/// W x + b for all gates, is computed for all places at once. Shapes: B batch, T places, I input width, H width, G gates.
/// </summary>
public abstract class RecurrentCell : nn.Module
{
    /// <summary>A cell of width H.</summary>
    private protected RecurrentCell(string name, int width)
        : base(name) => Width = width;

    /// <summary>H.</summary>
    public int Width { get; }

    /// <summary>Tensors [B, H] of the state; the first is also the output.</summary>
    public virtual int StateTensors => 1;

    /// <summary>A state of zeros.</summary>
    public Tensor[] ZeroState(long batch, Tensor like) => [.. Enumerable.Range(0, StateTensors).Select(_ => zeros([batch, Width], like.dtype, like.device))];

    /// <summary>One place.</summary>
    /// <param name="input_BI">[B, I].</param>
    /// <param name="state">Before it.</param>
    /// <returns>The state after it.</returns>
    public Tensor[] Step(Tensor input_BI, Tensor[] state) => Advance(Project(input_BI), state);

    /// <summary>A whole sequence.</summary>
    /// <param name="input_BTI">[B, T, I].</param>
    /// <param name="state">Before it.</param>
    /// <returns>The outputs [B, T, H], and the state after the last place.</returns>
    public virtual (Tensor Output_BTH, Tensor[] State) Run(Tensor input_BTI, Tensor[] state)
    {
        var projected_BTG = Project(input_BTI);
        var outputs = new Tensor[input_BTI.shape[1]];
        for (var place = 0; place < outputs.Length; place++)
        {
            state = Advance(projected_BTG.select(1, place), state);
            outputs[place] = state[0];
        }

        return (stack(outputs, 1), state);
    }

    /// <summary>W x + b: [.., I] → [.., G·H].</summary>
    private protected abstract Tensor Project(Tensor input);

    /// <summary>The state after one place.</summary>
    private protected abstract Tensor[] Advance(Tensor projected_BG, Tensor[] state);
}
