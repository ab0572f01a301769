using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A decoder's layer (Vaswani et al. 2017, section 3.1): self-attention over what has been written, attention of the decoder's
/// queries to keys and values of the encoder's output (the memory), the feed-forward network, each inside a <see cref="Residual"/>.
/// </summary>
public sealed class CrossAttentionLayer : nn.Module
{
    private readonly MultiHeadAttention attention;
    private readonly Residual attentionResidual;
    private readonly MultiHeadAttention memoryAttention;
    private readonly Residual memoryResidual;
    private readonly FeedForward feedForward;
    private readonly Residual feedForwardResidual;

    /// <summary>A layer that owns these parts.</summary>
    public CrossAttentionLayer(MultiHeadAttention attention, MultiHeadAttention memoryAttention, FeedForward feedForward, Func<Residual> newResidual)
        : base(nameof(CrossAttentionLayer))
    {
        this.attention = attention;
        attentionResidual = newResidual();
        this.memoryAttention = memoryAttention;
        memoryResidual = newResidual();
        this.feedForward = feedForward;
        feedForwardResidual = newResidual();
        RegisterComponents();
    }

    /// <summary>[B, T, C] → [B, T, C].</summary>
    /// <param name="x_BTC">The residual stream.</param>
    /// <param name="mask_TS">Of the self-attention, as in <see cref="MultiHeadAttention.Attend"/>.</param>
    /// <param name="memory">Keys and values of the encoder's output, by <see cref="Remember"/>.</param>
    /// <param name="memoryMask">Forbids its padding (<see cref="AttentionMask.Padding"/>).</param>
    /// <param name="cache">Of the self-attention.</param>
    public Tensor Apply(Tensor x_BTC, Tensor? mask_TS, (Tensor Key_BHSD, Tensor Value_BHSD) memory, Tensor? memoryMask, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var y_BTC = attentionResidual.Around(x_BTC, x => attention.Attend(x, x, mask_TS, cache));
        var z_BTC = memoryResidual.Around(y_BTC, y => memoryAttention.AttendTo(y, memory.Key_BHSD, memory.Value_BHSD, memoryMask));
        return feedForwardResidual.Around(z_BTC, feedForward.call).MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values of the encoder's output [B, S, C], which do not change while a target is written.</summary>
    public (Tensor Key_BHSD, Tensor Value_BHSD) Remember(Tensor memory_BSC) => memoryAttention.Project(memory_BSC);

    /// <summary>How much each target place looks at each source place: the weights of the attention to the memory, [B, H, T, S].</summary>
    public Tensor MemoryWeights(Tensor x_BTC, Tensor? mask_TS, (Tensor Key_BHSD, Tensor Value_BHSD) memory, Tensor? memoryMask)
    {
        using var scope = NewDisposeScope();
        var y_BTC = attentionResidual.Around(x_BTC, x => attention.Attend(x, x, mask_TS));
        Tensor? weight_BHTS = null;
        memoryResidual.Around(y_BTC, y =>
        {
            weight_BHTS = memoryAttention.Weights(y, memory.Key_BHSD, memoryMask).MoveToOuterDisposeScope();
            return y;
        });
        return weight_BHTS!.MoveToOuterDisposeScope();
    }
}
