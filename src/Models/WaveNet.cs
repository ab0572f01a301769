using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="WaveNet"/>. The defaults are a small model of speech at 8 kHz.</summary>
public sealed record WaveNetSettings : IValidatableObject
{
    /// <summary>C.</summary>
    [Description("Channels of the residual stream.")]
    [Range(1, 4_096)]
    public int Width { get; init; } = 64;

    /// <summary>S.</summary>
    [Description("Channels of the sum of skips. 0: one 1x1 convolution makes both a layer's residual and its skip (van den Oord et al. 2016, figure 4), so it is width.")]
    [Range(0, 4_096)]
    public int SkipWidth { get; init; } = 128;

    /// <summary>Dilated layers.</summary>
    [Description("Dilated layers.")]
    [Range(1, 1_024)]
    public int Layers { get; init; } = 30;

    /// <summary>Dilations are 1, 2, 4 … 2^(cycle − 1), and again.</summary>
    [Description("Layers after which the dilation, doubled by each layer, starts at 1 again.")]
    [Range(1, 20)]
    public int Cycle { get; init; } = 10;

    /// <summary>k of the dilated layers.</summary>
    [Description("Taps of a dilated convolution.")]
    [Range(1, 64)]
    public int Kernel { get; init; } = 2;

    /// <summary>k of the first convolution.</summary>
    [Description("Taps of the causal convolution over the input.")]
    [Range(1, 64)]
    public int InputKernel { get; init; } = 2;

    /// <summary>Targets in a training sample.</summary>
    [Description("Targets in a training sample, in samples of sound.")]
    [Range(1, 1_048_576)]
    public int Block { get; init; } = 4_096;

    /// <summary>Of each layer's input.</summary>
    [Description("Probability with which numbers of each layer's input are dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>The distribution of the next sample.</summary>
    [Description("softmax over the levels, or a discretized mixture of logistics (van den Oord et al. 2017), which 16 bit sound needs.")]
    [AllowedValues("softmax", "logistics")]
    public string Output { get; init; } = "softmax";

    /// <summary>M.</summary>
    [Description("Logistic distributions in the mixture.")]
    [Range(1, 256)]
    public int Mixtures { get; init; } = 10;

    /// <summary>G.</summary>
    [Description("Numbers by which the class of a recording (speaker, digit) is told to each layer, where the data has classes.")]
    [Range(1, 4_096)]
    public int ClassWidth { get; init; } = 16;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Cycle > Layers)
        {
            yield return new ValidationResult($"is more than layers = {Layers}", [nameof(Cycle)]);
        }
    }
}

/// <summary>What a <see cref="WaveNet"/> must know of its data.</summary>
/// <param name="Levels">N: different levels of a sample.</param>
/// <param name="Classes">Different classes that recordings are conditioned on; 0 without.</param>
/// <param name="FeatureChannels">F: numbers that each place is conditioned on; 0 without.</param>
public sealed record WaveNetData(int Levels, int Classes = 0, int FeatureChannels = 0)
{
    /// <summary>As the data's description says it.</summary>
    public static WaveNetData Of(DataDescription data) => new(data.VocabularySize, data.Classes?.Count ?? 0, data.FeatureChannels ?? 0);
}

/// <summary>
/// WaveNet (van den Oord et al. 2016, "[O]"): the distribution of each sample of a sound, given all before it within the receptive
/// field 1 + Σ (k_i − 1) d_i, and what the sound is conditioned on.
/// <para>Shapes, here and in its layers: B batch, T places, C width, H = 2C, S skip width, N levels, F feature channels, G class
/// width, P output channels (N, or 3M with M logistic distributions).</para>
/// <para>(1) x = a causal convolution of the levels as one-hot vectors ([O] 2.2), or with logistics of the amplitudes 2v/(N−1) − 1;
/// (2) (r, s_l) = layer_l(x), x ← x + r, l = 1 … L, see <see cref="GatedLayer"/>; (3) y = W_2 relu(W_1 relu(Σ s_l) + b_1) + b_2,
/// W_1 and W_2 1×1 convolutions ([O] figure 4); (4) loss = Σ −log softmax(y)[target], or (5) that of
/// <see cref="LogisticMixture"/>.</para>
/// </summary>
public sealed class WaveNet : TrainableModel<AudioBatch>
{
    private readonly WaveNetSettings settings;
    private readonly WaveNetData data;
    private readonly nn.Module<Tensor, Tensor> input;
    private readonly Embedding? classes;
    private readonly ModuleList<GatedLayer> layers;
    private readonly Conv1d post;
    private readonly Conv1d head;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="data">What the data is made of.</param>
    /// <exception cref="ArgumentException">A softmax over more levels than there is a sense in.</exception>
    public WaveNet(WaveNetSettings settings, WaveNetData data)
        : base("wavenet")
    {
        this.settings = settings;
        this.data = data;
        var skipWidth = settings.SkipWidth > 0 ? settings.SkipWidth : settings.Width;
        var isSoftmax = settings.Output == "softmax";
        input = isSoftmax
            ? new LevelConvolution(data.Levels, settings.Width, settings.InputKernel)
            : new CausalConvolution(1, settings.Width, settings.InputKernel, 1);
        classes = data.Classes > 0 ? nn.Embedding(data.Classes, settings.ClassWidth) : null;
        layers = nn.ModuleList([.. Enumerable.Range(0, settings.Layers).Select(layer => new GatedLayer(ShapeOf(layer), layer == settings.Layers - 1, settings.Dropout))]);
        post = nn.Conv1d(skipWidth, skipWidth, 1L);
        head = nn.Conv1d(skipWidth, isSoftmax ? data.Levels : 3 * settings.Mixtures, 1L);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <summary>Its settings.</summary>
    public WaveNetSettings Settings => settings;

    /// <summary>What it knows of its data.</summary>
    public WaveNetData Data => data;

    /// <summary>Places that an output depends on, the present one among them.</summary>
    public long ReceptiveField => CausalConvolution.ReceptiveField(
        [(settings.InputKernel, 1), .. Enumerable.Range(0, settings.Layers).Select(layer => (settings.Kernel, DilationOf(layer)))]);

    internal nn.Module<Tensor, Tensor> Input => input;

    internal IReadOnlyList<GatedLayer> LayerList => [.. layers];

    internal Conv1d Post => post;

    internal Conv1d Head => head;

    internal Embedding? ClassTable => classes;

    /// <inheritdoc />
    public override (Tensor Loss, long Targets) SummedLoss(AudioBatch batch)
    {
        using var scope = NewDisposeScope();
        Check(batch);
        var device = post.weight.device;
        var level_BT = tensor(batch.Inputs, [batch.Samples, batch.Places], ScalarType.Int64, device);
        var class_B = batch.Classes is null ? null : tensor(batch.Classes, ScalarType.Int64, device);
        var feature_BFT = batch.Features is null
            ? null
            : tensor(batch.Features, [batch.Samples, batch.FeatureChannels, batch.Places], post.weight.dtype, device);
        var output_BTP = Outputs(level_BT, class_B, feature_BFT);
        var output_NP = output_BTP.reshape(-1, output_BTP.shape[2]);
        var target_N = tensor(batch.Targets, ScalarType.Int64, device);
        var loss = settings.Output == "softmax"
            ? nn.functional.cross_entropy(output_NP, target_N, null, SequenceBatch.NoTarget, nn.Reduction.Sum) // (4)
            : MixtureLoss(output_NP, target_N); // (5)
        return (loss.MoveToOuterDisposeScope(), batch.Targets.LongLength - batch.Targets.AsSpan().Count(SequenceBatch.NoTarget));
    }

    /// <summary>The output at every place: scores of the next sample's level, or parameters of its mixture.</summary>
    /// <param name="level_BT">[B, T] int64 levels.</param>
    /// <param name="class_B">[B] int64; null exactly when the data has no classes.</param>
    /// <param name="feature_BFT">What the sample <em>after</em> each place is conditioned on; null exactly when the data has no features.</param>
    /// <returns>[B, T, P].</returns>
    public Tensor Outputs(Tensor level_BT, Tensor? class_B = null, Tensor? feature_BFT = null)
    {
        using var scope = NewDisposeScope();
        var x_BCT = settings.Output == "softmax" ? input.call(level_BT) : input.call(Amplitudes(level_BT).unsqueeze(1)); // (1)
        return OutputsOf(x_BCT, class_B, feature_BFT).MoveToOuterDisposeScope();
    }

    /// <summary>(2) and (3).</summary>
    internal Tensor OutputsOf(Tensor x_BCT, Tensor? class_B, Tensor? feature_BFT)
    {
        using var scope = NewDisposeScope();
        var class_BG = classes?.call(class_B!);
        Tensor? sum_BST = null;
        for (var layer = 0; layer < layers.Count; layer++)
        {
            var (residual_BCT, skip_BST) = layers[layer].Apply(x_BCT, class_BG, feature_BFT);
            sum_BST = sum_BST is null ? skip_BST : sum_BST + skip_BST;
            x_BCT = layer == layers.Count - 1 ? x_BCT : x_BCT + residual_BCT; // (2)
        }

        var hidden_BST = post.call(sum_BST!.relu()).relu();
        return head.call(hidden_BST).transpose(1, 2).MoveToOuterDisposeScope(); // (3)
    }

    private Tensor MixtureLoss(Tensor output_NP, Tensor target_N)
    {
        var loss_N = LogisticMixture.NegativeLogLikelihood(output_NP, target_N.clamp_min(0), data.Levels);
        return loss_N.masked_fill(target_N == SequenceBatch.NoTarget, 0).sum();
    }

    private void Check(AudioBatch batch)
    {
        foreach (var level in batch.Inputs.Concat(batch.Targets.Where(target => target != SequenceBatch.NoTarget)))
        {
            if (level < 0 || level >= data.Levels)
            {
                throw new ArgumentException($"level {level}: the model knows levels 0 to {data.Levels - 1}", nameof(batch));
            }
        }

        if ((batch.Classes is null) != (data.Classes == 0) || batch.Classes?.Any(known => known < 0 || known >= data.Classes) == true)
        {
            throw new ArgumentException($"classes {(batch.Classes is null ? "none" : string.Join(", ", batch.Classes))}: the model knows {data.Classes}, from 0", nameof(batch));
        }

        if (batch.FeatureChannels != data.FeatureChannels)
        {
            throw new ArgumentException($"{batch.FeatureChannels} features at each place: the model was made for {data.FeatureChannels}", nameof(batch));
        }
    }

    private Tensor Amplitudes(Tensor level_BT) => (level_BT.to(post.weight.dtype) * (2.0 / (data.Levels - 1))) - 1;

    private GatedLayerShape ShapeOf(int layer) => new(
        settings.Width,
        settings.SkipWidth > 0 ? settings.SkipWidth : settings.Width,
        settings.SkipWidth == 0,
        settings.Kernel,
        DilationOf(layer),
        data.Classes > 0 ? settings.ClassWidth : 0,
        data.FeatureChannels);

    private int DilationOf(int layer) => 1 << (layer % settings.Cycle);
}
