using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// LSTM with coupled gates (Greff et al. 2017, CIFG): what is forgotten makes room for what comes in, i = 1 − f;
/// f, o = σ(W x + b + U h); g = tanh(W_g x + b_g + U_g h); m ← f ⊙ m + (1 − f) ⊙ g; h ← o ⊙ tanh(m).
/// </summary>
public sealed class CoupledLstmCell : RecurrentCell
{
    private readonly Linear input;
    private readonly Linear hidden;

    /// <summary>A cell with fresh weights.</summary>
    public CoupledLstmCell(int inputWidth, int width)
        : base(nameof(CoupledLstmCell), width)
    {
        input = nn.Linear(inputWidth, 3 * width);
        hidden = nn.Linear(width, 3 * width, false);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int StateTensors => 2;

    private protected override Tensor Project(Tensor input) => this.input.call(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var gates = (projected_BG + hidden.call(state[0])).chunk(3, -1);
        var proposed = gates[1].tanh();
        var memory = proposed + (gates[0].sigmoid() * (state[1] - proposed));
        return [gates[2].sigmoid() * memory.tanh(), memory];
    }
}
