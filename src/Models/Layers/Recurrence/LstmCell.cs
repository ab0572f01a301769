using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 2000) as LibTorch computes it:
/// i, f, o = σ(W x + b + U h + c); g = tanh(W_g x + b_g + U_g h + c_g); m ← f ⊙ m + i ⊙ g; h ← o ⊙ tanh(m).
/// The state is h and the memory m. Sequences run in LibTorch's kernel.
/// </summary>
public sealed class LstmCell : RecurrentCell
{
    private readonly LSTM kernel;

    /// <summary>A cell with fresh weights.</summary>
    public LstmCell(int inputWidth, int width)
        : base(nameof(LstmCell), width)
    {
        kernel = nn.LSTM(inputWidth, width, 1, true, true);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int StateTensors => 2;

    /// <inheritdoc />
    public override (Tensor Output_BTH, Tensor[] State) Run(Tensor input_BTI, Tensor[] state)
    {
        var (output_BTH, last_1BH, memory_1BH) = kernel.call(input_BTI, (state[0].unsqueeze(0), state[1].unsqueeze(0)));
        return (output_BTH, [last_1BH.squeeze(0), memory_1BH.squeeze(0)]);
    }

    private protected override Tensor Project(Tensor input) => kernel.FromInput(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var gates = (projected_BG + kernel.FromState(state[0])).chunk(4, -1);
        var memory = (gates[1].sigmoid() * state[1]) + (gates[0].sigmoid() * gates[2].tanh());
        return [gates[3].sigmoid() * memory.tanh(), memory];
    }
}
