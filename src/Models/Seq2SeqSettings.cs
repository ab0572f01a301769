using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Models.Layers.Alignment;
using SeqCluster.Models.Layers.Recurrence;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="Seq2SeqModel"/>. The defaults are a small version of Bahdanau et al. 2015.</summary>
public sealed record Seq2SeqSettings : IValidatableObject
{
    /// <summary>The context is where the decoder begins.</summary>
    public const string ContextAsState = "state";

    /// <summary>The context is an extra input of the decoder at every step.</summary>
    public const string ContextAsInput = "input";

    /// <summary>The context is both.</summary>
    public const string ContextAsBoth = "both";

    /// <summary>C.</summary>
    [Description("Width of encoder and decoder; in a bidirectional encoder each direction has half of it.")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 256;

    /// <summary>E.</summary>
    [Description("Width of the embeddings and of the layer below the output.")]
    [Range(1, 65_536)]
    public int EmbeddingWidth { get; init; } = 256;

    /// <summary>Of encoder and decoder.</summary>
    [Description("The recurrent cell of encoder and decoder.")]
    [AllowedValues(CellKinds.Elman, CellKinds.Mgu, CellKinds.Gru, CellKinds.Lstm, CellKinds.PeepholeLstm, CellKinds.CoupledLstm)]
    public string Cell { get; init; } = CellKinds.Gru;

    /// <summary>Of the GRU.</summary>
    [Description("Of cell: gru. Whether the reset gate stands before the recurrent product (Cho et al. 2014) or after it (LibTorch).")]
    public bool ResetBefore { get; init; }

    /// <summary>Layers of the encoder.</summary>
    [Description("Layers of the encoder.")]
    [Range(1, 64)]
    public int EncoderLayers { get; init; } = 1;

    /// <summary>Layers of the decoder.</summary>
    [Description("Layers of the decoder.")]
    [Range(1, 64)]
    public int DecoderLayers { get; init; } = 1;

    /// <summary>Of the encoder.</summary>
    [Description("Whether the encoder reads in both directions.")]
    public bool Bidirectional { get; init; } = true;

    /// <summary>The alignment score.</summary>
    [Description("Attention's score of decoder state s and source place h: additive v'tanh(W[s;h]), general s'Wh, dot s'h, scaled-dot s'h/root(width), content cos(s,h), location softmax(Ws); or none.")]
    [AllowedValues(AlignmentKinds.None, AlignmentKinds.Additive, AlignmentKinds.General, AlignmentKinds.Dot, AlignmentKinds.ScaledDot, AlignmentKinds.Content, AlignmentKinds.Location)]
    public string Attention { get; init; } = AlignmentKinds.Additive;

    /// <summary>How the decoder comes to know the source.</summary>
    [Description("state: the encoder's summary is where the decoder begins (with attention: Luong et al. 2015); input: the context is an extra input at every step (with attention: Bahdanau et al. 2015); or both.")]
    [AllowedValues(ContextAsState, ContextAsInput, ContextAsBoth)]
    public string Context { get; init; } = ContextAsBoth;

    /// <summary>The longest source and the longest target.</summary>
    [Description("The longest source and target, in tokens, the end of a sequence included.")]
    [Range(2, 65_536)]
    public int Block { get; init; } = 256;

    /// <summary>On embeddings, between layers, and below the output.</summary>
    [Description("Probability with which embeddings, what goes from layer to layer, and what goes to the output are dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>One matrix for target embedding and output.</summary>
    [Description("One matrix for the target embedding and the output layer.")]
    public bool TieWeights { get; init; }

    /// <summary>ε of the loss in <see cref="PairModel"/>.</summary>
    [Description("Part of each target's probability that is spread over the whole vocabulary in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>Of scheduled sampling: where the ratio of given tokens ends.</summary>
    [Description("Part of the target tokens that the decoder is given in training, at the end of teacherForcingSteps; the others it has to read from itself (scheduled sampling). 1: always given.")]
    [Range(0.0, 1.0)]
    public double TeacherForcing { get; init; } = 1;

    /// <summary>Of scheduled sampling: how long the ratio falls.</summary>
    [Description("Steps in which the part of given tokens falls from 1 to teacherForcing, in a straight line; 0: at once.")]
    [Range(0, int.MaxValue)]
    public int TeacherForcingSteps { get; init; }

    /// <summary>Whether the context is an input at every step.</summary>
    internal bool FeedsContext => Context != ContextAsState;

    /// <summary>The part of target tokens that is given at a step (Bengio et al. 2015, linear decay).</summary>
    internal double GivenPart(int step) =>
        step >= TeacherForcingSteps ? TeacherForcing : 1 - ((1 - TeacherForcing) * step / TeacherForcingSteps);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Bidirectional && Width % 2 != 0)
        {
            yield return new ValidationResult("must be even with bidirectional: true, whose directions have half of it each", [nameof(Width)]);
        }

        if (ResetBefore && Cell != CellKinds.Gru)
        {
            yield return new ValidationResult($"only cell: gru has a reset gate, this is cell: {Cell}", [nameof(ResetBefore)]);
        }
    }
}
