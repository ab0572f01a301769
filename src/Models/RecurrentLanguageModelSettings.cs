using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Models.Layers.Recurrence;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="RecurrentLanguageModel"/>. The defaults are char-rnn's.</summary>
public sealed record RecurrentLanguageModelSettings : IValidatableObject
{
    /// <summary>C.</summary>
    [Description("Units of each layer.")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 128;

    /// <summary>E.</summary>
    [Description("Width of the embeddings.")]
    [Range(1, 65_536)]
    public int EmbeddingWidth { get; init; } = 128;

    /// <summary>Layers over one another.</summary>
    [Description("Layers over one another.")]
    [Range(1, 64)]
    public int Layers { get; init; } = 2;

    /// <summary>The cell.</summary>
    [Description("The recurrent cell.")]
    [AllowedValues(CellKinds.Elman, CellKinds.Mgu, CellKinds.Gru, CellKinds.Lstm, CellKinds.PeepholeLstm, CellKinds.CoupledLstm)]
    public string Cell { get; init; } = CellKinds.Lstm;

    /// <summary>Of the GRU.</summary>
    [Description("Of cell: gru. Whether the reset gate stands before the recurrent product (Cho et al. 2014) or after it (LibTorch).")]
    public bool ResetBefore { get; init; }

    /// <summary>The length of a sample.</summary>
    [Description("The length of a training sample, in tokens: so far gradients go back in time.")]
    [Range(1, 65_536)]
    public int Block { get; init; } = 50;

    /// <summary>Between layers and below the output.</summary>
    [Description("Probability with which what goes from layer to layer, and to the output, is dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>One matrix for embedding and output.</summary>
    [Description("One matrix for the embedding and the output layer; embeddingWidth must be width then.")]
    public bool TieWeights { get; init; }

    /// <summary>ε.</summary>
    [Description("Part of each target's probability that is spread over the whole vocabulary in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TieWeights && EmbeddingWidth != Width)
        {
            yield return new ValidationResult($"must be width = {Width} with tieWeights: true", [nameof(EmbeddingWidth)]);
        }

        if (ResetBefore && Cell != CellKinds.Gru)
        {
            yield return new ValidationResult($"only cell: gru has a reset gate, this is cell: {Cell}", [nameof(ResetBefore)]);
        }
    }
}
