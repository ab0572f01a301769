using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Models.Layers.Recurrence;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="RecurrentSeriesModel"/>.</summary>
public sealed record RecurrentSeriesModelSettings : IValidatableObject
{
    /// <summary>C.</summary>
    [Description("Units of each layer.")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 64;

    /// <summary>Layers over one another.</summary>
    [Description("Layers over one another.")]
    [Range(1, 64)]
    public int Layers { get; init; } = 1;

    /// <summary>The cell.</summary>
    [Description("The recurrent cell.")]
    [AllowedValues(CellKinds.Elman, CellKinds.Mgu, CellKinds.Gru, CellKinds.Lstm, CellKinds.PeepholeLstm, CellKinds.CoupledLstm)]
    public string Cell { get; init; } = CellKinds.Lstm;

    /// <summary>Of the GRU.</summary>
    [Description("Of cell: gru. Whether the reset gate stands before the recurrent product (Cho et al. 2014) or after it (LibTorch).")]
    public bool ResetBefore { get; init; }

    /// <summary>The longest sample.</summary>
    [Description("The longest sequence, in places: so far gradients go back in time.")]
    [Range(1, 65_536)]
    public int Block { get; init; } = 1_024;

    /// <summary>Between layers and below the output.</summary>
    [Description("Probability with which what goes from layer to layer, and to the output, is dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ResetBefore && Cell != CellKinds.Gru)
        {
            yield return new ValidationResult($"only cell: gru has a reset gate, this is cell: {Cell}", [nameof(ResetBefore)]);
        }
    }
}

/// <summary>
/// A recurrent network over series. Shapes: B batch, T places, F input features, C width, O output features.
/// <para>(1) s(t) = stack(x(t), s(t − 1)), s(0) = 0, see <see cref="RecurrentStack"/>; (2) y(t) = W dropout(s(t)) + b, at each place
/// or at the last alone. With one layer of Elman cells it is Elman's network (1990).</para>
/// </summary>
public sealed class RecurrentSeriesModel : SeriesModel
{
    private readonly RecurrentSeriesModelSettings settings;
    private readonly RecurrentStack stack;
    private readonly Dropout dropout;
    private readonly Linear output;

    /// <summary>A model with fresh weights from torch's generator: LibTorch's, uniform in ±1/√C.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="inputFeatures">F.</param>
    /// <param name="outputFeatures">O.</param>
    public RecurrentSeriesModel(RecurrentSeriesModelSettings settings, int inputFeatures, int outputFeatures)
        : base("recurrent-series", inputFeatures, outputFeatures)
    {
        this.settings = settings;
        stack = new RecurrentStack(
            Enumerable.Range(0, settings.Layers).Select(layer => CellKinds.New(settings.Cell, settings.ResetBefore, layer == 0 ? inputFeatures : settings.Width, settings.Width)),
            settings.Dropout);
        dropout = nn.Dropout(settings.Dropout);
        output = nn.Linear(settings.Width, outputFeatures);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <inheritdoc />
    public override Tensor Outputs(Tensor input_BTF, bool onlyLast = false)
    {
        using var scope = NewDisposeScope();
        var (state_BTC, _) = stack.Run(input_BTF, stack.ZeroState(input_BTF.shape[0], input_BTF)); // (1)
        var read_BTC = onlyLast ? state_BTC.narrow(1, input_BTF.shape[1] - 1, 1) : state_BTC;
        return output.call(dropout.call(read_BTC)).MoveToOuterDisposeScope(); // (2)
    }
}
