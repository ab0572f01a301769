using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// The network applied to each place alone (Vaswani et al. 2017, equation 2): y = f(x W_1 + b_1) W_2 + b_2, where f is relu as
/// there, or the exact gelu(x) = x Φ(x) (Hendrycks and Gimpel 2016). [B, T, C] → [B, T, F] → [B, T, C].
/// </summary>
public sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly bool isGelu;
    private readonly Linear input;
    private readonly Linear output;

    /// <summary>A network of width C with a hidden layer of width F.</summary>
    /// <param name="width">C.</param>
    /// <param name="hiddenWidth">F.</param>
    /// <param name="activation"><c>gelu</c> or <c>relu</c>.</param>
    /// <param name="bias">Whether there are b_1 and b_2.</param>
    public FeedForward(int width, int hiddenWidth, string activation, bool bias)
        : base(nameof(FeedForward))
    {
        isGelu = activation switch
        {
            "gelu" => true,
            "relu" => false,
            _ => throw new ArgumentException($"{activation}: must be gelu or relu", nameof(activation)),
        };
        input = nn.Linear(width, hiddenWidth, bias);
        output = nn.Linear(hiddenWidth, width, bias);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor x_BTC)
    {
        using var scope = NewDisposeScope();
        var hidden_BTF = input.Apply(x_BTC);
        return output.Apply(isGelu ? nn.functional.gelu(hidden_BTF) : nn.functional.relu(hidden_BTF)).MoveToOuterDisposeScope();
    }
}
