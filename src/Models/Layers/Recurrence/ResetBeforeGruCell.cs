using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Gated recurrent unit as Cho et al. 2014 write it, the reset before the product: r = σ(W_r x + b_r + U_r h);
/// z = σ(W_z x + b_z + U_z h); n = tanh(W_n x + b_n + U_n (r ⊙ h)); h ← (1 − z) ⊙ n + z ⊙ h.
/// </summary>
public sealed class ResetBeforeGruCell : RecurrentCell
{
    private readonly Linear input;
    private readonly Linear gates;
    private readonly Linear candidate;

    /// <summary>A cell with fresh weights.</summary>
    public ResetBeforeGruCell(int inputWidth, int width)
        : base(nameof(ResetBeforeGruCell), width)
    {
        input = nn.Linear(inputWidth, 3 * width);
        gates = nn.Linear(width, 2 * width, false);
        candidate = nn.Linear(width, width, false);
        RegisterComponents();
    }

    private protected override Tensor Project(Tensor input) => this.input.call(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var h = state[0];
        var (x, u) = (projected_BG.chunk(3, -1), gates.call(h).chunk(2, -1));
        var r = (x[0] + u[0]).sigmoid();
        var z = (x[1] + u[1]).sigmoid();
        var proposed = (x[2] + candidate.call(r * h)).tanh();
        return [proposed + (z * (h - proposed))];
    }
}
