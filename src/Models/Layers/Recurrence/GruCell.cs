using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>
/// Gated recurrent unit as LibTorch computes it: r = σ(W_r x + b_r + U_r h + c_r); z = σ(W_z x + b_z + U_z h + c_z);
/// n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n)); h ← (1 − z) ⊙ n + z ⊙ h. Sequences run in LibTorch's kernel.
/// </summary>
public sealed class GruCell : RecurrentCell
{
    private readonly GRU kernel;

    /// <summary>A cell with fresh weights.</summary>
    public GruCell(int inputWidth, int width)
        : base(nameof(GruCell), width)
    {
        kernel = nn.GRU(inputWidth, width, 1, true, true);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override (Tensor Output_BTH, Tensor[] State) Run(Tensor input_BTI, Tensor[] state)
    {
        var (output_BTH, last_1BH) = kernel.call(input_BTI, state[0].unsqueeze(0));
        return (output_BTH, [last_1BH.squeeze(0)]);
    }

    private protected override Tensor Project(Tensor input) => kernel.FromInput(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state)
    {
        var (x, u) = (projected_BG.chunk(3, -1), kernel.FromState(state[0]).chunk(3, -1));
        var r = (x[0] + u[0]).sigmoid();
        var z = (x[1] + u[1]).sigmoid();
        var proposed = (x[2] + (r * u[2])).tanh();
        return [proposed + (z * (state[0] - proposed))];
    }
}
