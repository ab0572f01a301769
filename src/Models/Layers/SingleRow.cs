using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Linear layers of a single row, as in decoding token by token. A product of matrices copies the whole weight into blocks first,
/// which for one row costs several times the product; the product with a vector reads the weight once. Training, which has many
/// rows and needs gradients, is not touched.
/// </summary>
internal static class SingleRow
{
    /// <summary>x Wᵀ + b: [..., I] → [..., O].</summary>
    internal static Tensor Apply(this Linear layer, Tensor x) =>
        IsOne(x, layer.weight!) ? Product(x, layer.weight!, layer.bias) : layer.call(x);

    /// <summary>x Wᵀ: [..., I] → [..., O].</summary>
    internal static Tensor Apply(Tensor weight, Tensor x) =>
        IsOne(x, weight) ? Product(x, weight, null) : nn.functional.linear(x, weight);

    private static bool IsOne(Tensor x, Tensor weight) => x.numel() == weight.shape[1] && !is_grad_enabled();

    private static Tensor Product(Tensor x, Tensor weight, Tensor? bias)
    {
        var product = weight.mv(x.reshape(-1));
        return (bias is null ? product : product + bias).reshape([.. x.shape[..^1], weight.shape[0]]);
    }
}
