using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Minimal gated unit (Zhou et al. 2016): f = σ(W_f x + b_f + U_f h); ĥ = tanh(W_h x + b_h + U_h (f ⊙ h));
/// h ← (1 − f) ⊙ h + f ⊙ ĥ.
/// </summary>
public sealed class MguCell : RecurrentCell
{
    private readonly Linear input;
    private readonly Linear forget;
    private readonly Linear candidate;

    /// <summary>A cell with fresh weights.</summary>
    public MguCell(int inputWidth, int width)
        : base(nameof(MguCell), width)
    {
        input = nn.Linear(inputWidth, 2 * width);
        forget = nn.Linear(width, width, false);
        candidate = nn.Linear(width, width, false);
        RegisterComponents();
    }

    private protected override Tensor Project(Tensor input) => this.input.call(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var (h, parts) = (state[0], projected_BG.chunk(2, -1));
        var f = (parts[0] + forget.call(h)).sigmoid();
        var proposed = (parts[1] + candidate.call(f * h)).tanh();
        return [h + (f * (proposed - h))];
    }
}
