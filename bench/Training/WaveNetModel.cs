using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SeqCluster.Bench.Training;

/// <summary>
/// Dilated causal convolutions with gated units (van den Oord et al. 2016, figure 4: one 1×1 convolution feeds both the
/// residual and the skip path): samples <c>[batch, time]</c> to logits <c>[batch, time, levels]</c>. Operator for operator
/// like <c>python/models.py</c>.
/// </summary>
/// <remarks>Suffixes: B batch, C channels, T time.</remarks>
public sealed class WaveNetModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding sampleEmbedding;
    private readonly ModuleList<WaveNetLayer> layers;
    private readonly Conv1d post;
    private readonly Conv1d head;

    public WaveNetModel(WaveNetConfig config)
        : base(nameof(WaveNetModel))
    {
        sampleEmbedding = nn.Embedding(config.Levels, config.Channels);
        layers = nn.ModuleList(Enumerable.Range(0, config.Layers)
            .Select(layer => new WaveNetLayer(config.Channels, config.Kernel, 1L << (layer % config.Cycle))).ToArray());
        post = nn.Conv1d(config.Channels, config.Channels, 1L);
        head = nn.Conv1d(config.Channels, config.Levels, 1L);
        RegisterComponents();
    }

    public override Tensor forward(Tensor samples_BT)
    {
        var x_BCT = sampleEmbedding.call(samples_BT).transpose(1, 2);
        Tensor? skip_BCT = null;
        foreach (var layer in layers)
        {
            var mixed_BCT = layer.call(x_BCT);
            x_BCT = x_BCT + mixed_BCT;
            skip_BCT = skip_BCT is null ? mixed_BCT : skip_BCT + mixed_BCT;
        }

        var post_BCT = post.call(skip_BCT!.relu()).relu();
        return head.call(post_BCT).transpose(1, 2);
    }

    private sealed class WaveNetLayer : nn.Module<Tensor, Tensor>
    {
        private readonly long left;
        private readonly Conv1d gate;
        private readonly Conv1d mix;

        public WaveNetLayer(long channels, long kernel, long dilation)
            : base(nameof(WaveNetLayer))
        {
            left = (kernel - 1) * dilation;
            gate = nn.Conv1d(channels, 2 * channels, kernel, 1, 0, dilation);
            mix = nn.Conv1d(channels, channels, 1L);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x_BCT)
        {
            var halves_BCT = gate.call(F.pad(x_BCT, (left, 0))).chunk(2, 1);
            return mix.call(halves_BCT[0].tanh() * halves_BCT[1].sigmoid());
        }
    }
}
