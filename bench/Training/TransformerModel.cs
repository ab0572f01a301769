using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SeqCluster.Bench.Training;

/// <summary>
/// Decoder-only Transformer (Vaswani et al. 2017) with learned positions and the norms first: tokens <c>[batch, time]</c>
/// to logits <c>[batch, time, vocabulary]</c>. A subject of measurement, written operator for operator like
/// <c>python/models.py</c>; the product's own Transformer is another class.
/// </summary>
/// <remarks>Suffixes: B batch, T time, V vocabulary, E width, H heads, D width of a head.</remarks>
public sealed class TransformerModel : nn.Module<Tensor, Tensor>
{
    private readonly long time;
    private readonly Embedding tokenEmbedding;
    private readonly Embedding positionEmbedding;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm finalNorm;
    private readonly Linear head;

    public TransformerModel(TransformerConfig config)
        : base(nameof(TransformerModel))
    {
        time = config.Time;
        tokenEmbedding = nn.Embedding(config.Vocabulary, config.Width);
        positionEmbedding = nn.Embedding(config.Time, config.Width);
        blocks = nn.ModuleList(
            Enumerable.Range(0, config.Layers).Select(_ => new TransformerBlock(config.Width, config.Heads)).ToArray());
        finalNorm = nn.LayerNorm(config.Width);
        head = nn.Linear(config.Width, config.Vocabulary, false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens_BT)
    {
        using var positions_T = arange(time);
        using var future_TT = ones(time, time, ScalarType.Bool).triu(1);
        var x_BTE = tokenEmbedding.call(tokens_BT) + positionEmbedding.call(positions_T);
        foreach (var block in blocks)
        {
            x_BTE = block.call(x_BTE, future_TT);
        }

        return head.call(finalNorm.call(x_BTE));
    }

    private sealed class TransformerBlock : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly LayerNorm attentionNorm;
        private readonly SelfAttention attention;
        private readonly LayerNorm feedForwardNorm;
        private readonly Linear expand;
        private readonly Linear contract;

        public TransformerBlock(long width, long heads)
            : base(nameof(TransformerBlock))
        {
            attentionNorm = nn.LayerNorm(width);
            attention = new SelfAttention(width, heads);
            feedForwardNorm = nn.LayerNorm(width);
            expand = nn.Linear(width, 4 * width);
            contract = nn.Linear(4 * width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x_BTE, Tensor future_TT)
        {
            x_BTE = x_BTE + attention.call(attentionNorm.call(x_BTE), future_TT);
            var hidden = F.gelu(expand.call(feedForwardNorm.call(x_BTE)));
            return x_BTE + contract.call(hidden);
        }
    }

    private sealed class SelfAttention : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly long heads;
        private readonly Linear queryKeyValue;
        private readonly Linear projection;

        public SelfAttention(long width, long heads)
            : base(nameof(SelfAttention))
        {
            this.heads = heads;
            queryKeyValue = nn.Linear(width, 3 * width);
            projection = nn.Linear(width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x_BTE, Tensor future_TT)
        {
            var (batch, time, width) = (x_BTE.shape[0], x_BTE.shape[1], x_BTE.shape[2]);
            var parts_BTE = queryKeyValue.call(x_BTE).chunk(3, -1);
            var query_BHTD = parts_BTE[0].view(batch, time, heads, -1).transpose(1, 2);
            var key_BHTD = parts_BTE[1].view(batch, time, heads, -1).transpose(1, 2);
            var value_BHTD = parts_BTE[2].view(batch, time, heads, -1).transpose(1, 2);
            var scores_BHTT = query_BHTD.matmul(key_BHTD.transpose(-2, -1)).mul(1 / Math.Sqrt(width / heads));
            var weights_BHTT = F.softmax(scores_BHTT.masked_fill(future_TT, double.NegativeInfinity), -1);
            var mixed_BTE = weights_BHTT.matmul(value_BHTD).transpose(1, 2).contiguous().view(batch, time, width);
            return projection.call(mixed_BTE);
        }
    }
}
