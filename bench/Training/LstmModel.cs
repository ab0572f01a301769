using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Training;

/// <summary>
/// LSTM language model (Hochreiter and Schmidhuber 1997): tokens <c>[batch, time]</c> to logits
/// <c>[batch, time, vocabulary]</c>. Operator for operator like <c>python/models.py</c>.
/// </summary>
/// <remarks>Suffixes: B batch, T time, E hidden width.</remarks>
public sealed class LstmModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding tokenEmbedding;
    private readonly LSTM lstm;
    private readonly Linear head;

    public LstmModel(LstmConfig config)
        : base(nameof(LstmModel))
    {
        tokenEmbedding = nn.Embedding(config.Vocabulary, config.Hidden);
        lstm = nn.LSTM(config.Hidden, config.Hidden, config.Layers, true, true);
        head = nn.Linear(config.Hidden, config.Vocabulary);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens_BT)
    {
        var (output_BTE, _, _) = lstm.call(tokenEmbedding.call(tokens_BT));
        return head.call(output_BTE);
    }
}
