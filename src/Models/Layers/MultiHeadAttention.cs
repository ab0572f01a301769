using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Attention of H heads (Vaswani et al. 2017, section 3.2):
/// (1) head_h = softmax(Q_h K_hᵀ / √D + mask) V_h with Q = x W_Q, K = source W_K, V = source W_V, split into heads of D = C/H;
/// (2) output = [head_1 … head_H] W_O. Weights are dropped out after the softmax. Shapes: see <see cref="TransformerLanguageModel"/>.
/// </summary>
public sealed class MultiHeadAttention : nn.Module
{
    private readonly int heads;
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly Dropout dropout;

    /// <summary>Attention over width C; <paramref name="heads"/> divides it.</summary>
    public MultiHeadAttention(int width, int heads, bool bias, double dropout)
        : base(nameof(MultiHeadAttention))
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width % heads, 0, nameof(heads));
        this.heads = heads;
        query = nn.Linear(width, width, bias);
        key = nn.Linear(width, width, bias);
        value = nn.Linear(width, width, bias);
        output = nn.Linear(width, width, bias);
        this.dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>Lets each place of x look at the places of the source.</summary>
    /// <param name="x_BTC">What asks.</param>
    /// <param name="source_BSC">What is looked at; x itself for self-attention.</param>
    /// <param name="mask_TS">Added to the scores (<see cref="AttentionMask"/>); null forbids nothing.</param>
    /// <param name="cache">Source places before these; they are extended by these.</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Attend(Tensor x_BTC, Tensor source_BSC, Tensor? mask_TS, KeyValueCache? cache = null)
    {
        using var scope = NewDisposeScope();
        var query_BHTD = SplitHeads(query.Apply(x_BTC));
        var (key_BHSD, value_BHSD) = Project(source_BSC);
        if (cache is not null)
        {
            (key_BHSD, value_BHSD) = cache.Append(key_BHSD, value_BHSD);
        }

        return Mix(x_BTC, Softmax(query_BHTD, key_BHSD, mask_TS), value_BHSD).MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values of a source that is looked at more than once, [B, H, S, D] each.</summary>
    public (Tensor Key_BHSD, Tensor Value_BHSD) Project(Tensor source_BSC) => (SplitHeads(key.Apply(source_BSC)), SplitHeads(value.Apply(source_BSC)));

    /// <summary><see cref="Attend"/> to a source that <see cref="Project"/> has been given.</summary>
    public Tensor AttendTo(Tensor x_BTC, Tensor key_BHSD, Tensor value_BHSD, Tensor? mask_TS)
    {
        using var scope = NewDisposeScope();
        return Mix(x_BTC, Softmax(SplitHeads(query.Apply(x_BTC)), key_BHSD, mask_TS), value_BHSD).MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="AttendTo"/> multiplies the values by, without dropout: how much each place looks at each other.</summary>
    /// <returns>[B, H, T, S], rows that add up to 1.</returns>
    public Tensor Weights(Tensor x_BTC, Tensor key_BHSD, Tensor? mask_TS)
    {
        using var scope = NewDisposeScope();
        return Softmax(SplitHeads(query.Apply(x_BTC)), key_BHSD, mask_TS).MoveToOuterDisposeScope();
    }

    private static Tensor Softmax(Tensor query_BHTD, Tensor key_BHSD, Tensor? mask_TS)
    {
        var scale = 1 / Math.Sqrt(query_BHTD.shape[3]);
        var score_BHTS = (query_BHTD * scale).matmul(key_BHSD.transpose(-2, -1));
        return (mask_TS is null ? score_BHTS : score_BHTS + mask_TS).softmax(-1);
    }

    private Tensor Mix(Tensor x_BTC, Tensor weight_BHTS, Tensor value_BHSD)
    {
        var mixed_BHTD = dropout.call(weight_BHTS).matmul(value_BHSD); // (1)
        var mixed_BTC = mixed_BHTD.transpose(1, 2).reshape(x_BTC.shape);
        return output.Apply(mixed_BTC); // (2)
    }

    private Tensor SplitHeads(Tensor x_BTC)
    {
        var shape = x_BTC.shape;
        return x_BTC.view(shape[0], shape[1], heads, shape[2] / heads).transpose(1, 2);
    }
}
