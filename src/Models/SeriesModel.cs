using SeqCluster.Data.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// A model from sequences of real numbers to real numbers: at each place (a forecast, a filter), or once for a whole sequence, told
/// at its last place. Shapes: B batch, T places, F input features, O output features.
/// <para>(1) loss = Σ (output − target)², over all numbers that have a target; its mean is the mean squared error.</para>
/// </summary>
public abstract class SeriesModel : TrainableModel<SeriesBatch>
{
    private readonly int inputFeatures;
    private readonly int outputFeatures;

    /// <summary>A model of this kind.</summary>
    /// <param name="kind">Its name.</param>
    /// <param name="inputFeatures">F.</param>
    /// <param name="outputFeatures">O.</param>
    private protected SeriesModel(string kind, int inputFeatures, int outputFeatures)
        : base(kind)
    {
        this.inputFeatures = inputFeatures;
        this.outputFeatures = outputFeatures;
    }

    /// <inheritdoc />
    public sealed override (Tensor Loss, long Targets) SummedLoss(SeriesBatch batch)
    {
        using var scope = NewDisposeScope();
        Check(batch);
        var like = OrderedParameters()[0].Parameter;
        var input_BTF = tensor(batch.Inputs, [batch.Samples, batch.Places, inputFeatures], like.dtype, like.device);
        var output_BTO = Outputs(input_BTF, batch.TargetPlaces == 1);
        var difference_N = output_BTO.reshape(-1) - tensor(Array.ConvertAll(batch.Targets, static target => float.IsNaN(target) ? 0 : target), like.dtype, like.device);
        var missing = batch.Targets.Count(float.IsNaN);
        if (missing > 0)
        {
            // A factor, not a choice: nothing comes back from what has no target.
            difference_N = difference_N * tensor(Array.ConvertAll(batch.Targets, static target => float.IsNaN(target) ? 0f : 1f), like.dtype, like.device);
        }

        return (difference_N.square().sum().MoveToOuterDisposeScope(), batch.Targets.LongLength - missing); // (1)
    }

    /// <summary>What the model says.</summary>
    /// <param name="input_BTF">[B, T, F].</param>
    /// <param name="onlyLast">At the last place alone.</param>
    /// <returns>[B, T, O], or [B, 1, O].</returns>
    public abstract Tensor Outputs(Tensor input_BTF, bool onlyLast = false);

    private void Check(SeriesBatch batch)
    {
        if (batch.InputFeatures != inputFeatures || batch.OutputFeatures != outputFeatures)
        {
            throw new ArgumentException($"{batch.InputFeatures} inputs and {batch.OutputFeatures} targets at each place: the model was made for {inputFeatures} and {outputFeatures}", nameof(batch));
        }

        if (batch.Places > Block || (batch.TargetPlaces != 1 && batch.TargetPlaces != batch.Places))
        {
            throw new ArgumentException($"{batch.Places} places with targets at {batch.TargetPlaces}: the model takes up to {Block}, with targets at each or at the last", nameof(batch));
        }
    }
}
