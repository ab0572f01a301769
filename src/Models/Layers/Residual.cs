using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// The sum around a sublayer f. Post-norm (Vaswani et al. 2017, section 3.1): y = norm(x + dropout(f(x))).
/// Pre-norm (Radford et al. 2019, section 2.3): y = x + dropout(f(norm(x))).
/// </summary>
public sealed class Residual : nn.Module
{
    private readonly bool isPreNorm;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;

    /// <summary>A sum of width C with its own normalization.</summary>
    public Residual(int width, bool isPreNorm, bool bias, double dropout)
        : base(nameof(Residual))
    {
        this.isPreNorm = isPreNorm;
        norm = nn.LayerNorm(width, 1e-5, true, bias);
        this.dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>[B, T, C] → [B, T, C].</summary>
    public Tensor Around(Tensor x_BTC, Func<Tensor, Tensor> sublayer)
    {
        using var scope = NewDisposeScope();
        var y_BTC = isPreNorm
            ? x_BTC + dropout.call(sublayer(norm.call(x_BTC)))
            : norm.call(x_BTC + dropout.call(sublayer(x_BTC)));
        return y_BTC.MoveToOuterDisposeScope();
    }
}
