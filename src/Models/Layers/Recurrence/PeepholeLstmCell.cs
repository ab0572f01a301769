using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// LSTM with peepholes (Gers and Schmidhuber 2000): the gates of <see cref="LstmCell"/> also see the memory, each unit its own:
/// i and f that before the place, p_i ⊙ m(t − 1) and p_f ⊙ m(t − 1), and o that after it, p_o ⊙ m(t).
/// </summary>
public sealed class PeepholeLstmCell : RecurrentCell
{
    private readonly Linear input;
    private readonly Linear hidden;
    private readonly Parameter peepholes;

    /// <summary>A cell with fresh weights.</summary>
    public PeepholeLstmCell(int inputWidth, int width)
        : base(nameof(PeepholeLstmCell), width)
    {
        input = nn.Linear(inputWidth, 4 * width);
        hidden = nn.Linear(width, 4 * width, false);
        peepholes = nn.Parameter(zeros(3, width));
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int StateTensors => 2;

    private protected override Tensor Project(Tensor input) => this.input.call(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var gates = (projected_BG + hidden.call(state[0])).chunk(4, -1);
        var seen = peepholes.unbind(0);
        var i = (gates[0] + (seen[0] * state[1])).sigmoid();
        var f = (gates[1] + (seen[1] * state[1])).sigmoid();
        var memory = (f * state[1]) + (i * gates[2].tanh());
        var o = (gates[3] + (seen[2] * memory)).sigmoid();
        return [o * memory.tanh(), memory];
    }
}
