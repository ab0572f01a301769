using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>Elman 1990: h(t) = tanh(W x(t) + b + U h(t − 1) + c). Sequences run in LibTorch's kernel.</summary>
public sealed class ElmanCell : RecurrentCell
{
    private readonly RNN kernel;

    /// <summary>A cell with fresh weights.</summary>
    public ElmanCell(int inputWidth, int width)
        : base(nameof(ElmanCell), width)
    {
        kernel = nn.RNN(inputWidth, width, 1, nn.NonLinearities.Tanh, true, true);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override (Tensor Output_BTH, Tensor[] State) Run(Tensor input_BTI, Tensor[] state)
    {
        var (output_BTH, last_1BH) = kernel.call(input_BTI, state[0].unsqueeze(0));
        return (output_BTH, [last_1BH.squeeze(0)]);
    }

    private protected override Tensor Project(Tensor input) => kernel.FromInput(input);

    private protected override Tensor[] Advance(Tensor projected_BG, Tensor[] state) => [(projected_BG + kernel.FromState(state[0])).tanh()];
}
