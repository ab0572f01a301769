using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>Self-attention, then the feed-forward network, each inside a <see cref="Residual"/>: an encoder's layer, or that of a decoder without an encoder.</summary>
public sealed class SelfAttentionLayer : nn.Module
{
    private readonly MultiHeadAttention attention;
    private readonly Residual attentionResidual;
    private readonly FeedForward feedForward;
    private readonly Residual feedForwardResidual;

    /// <summary>A layer that owns these parts.</summary>
    public SelfAttentionLayer(MultiHeadAttention attention, FeedForward feedForward, Func<Residual> newResidual)
        : base(nameof(SelfAttentionLayer))
    {
        this.attention = attention;
        attentionResidual = newResidual();
        this.feedForward = feedForward;
        feedForwardResidual = newResidual();
        RegisterComponents();
    }

    /// <summary>[B, T, C] → [B, T, C].</summary>
    /// <param name="x_BTC">The residual stream.</param>
    /// <param name="mask_TS">As in <see cref="MultiHeadAttention.Attend"/>.</param>
    /// <param name="cache">As in <see cref="MultiHeadAttention.Attend"/>.</param>
    public Tensor Apply(Tensor x_BTC, Tensor? mask_TS, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var y_BTC = attentionResidual.Around(x_BTC, x => attention.Attend(x, x, mask_TS, cache));
        return feedForwardResidual.Around(y_BTC, feedForward.call).MoveToOuterDisposeScope();
    }

    /// <summary>How much each place looks at each other: the weights of the attention, [B, H, T, T].</summary>
    public Tensor Weights(Tensor x_BTC, Tensor? mask_TS)
    {
        using var scope = NewDisposeScope();
        Tensor? weight_BHTS = null;
        attentionResidual.Around(x_BTC, x =>
        {
            weight_BHTS = attention.Weights(x, attention.Project(x).Key_BHSD, mask_TS).MoveToOuterDisposeScope();
            return x;
        });
        return weight_BHTS!.MoveToOuterDisposeScope();
    }
}
