using SeqCluster.Data.Reading;
using SeqCluster.Models.Layers.Recurrence;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// What a training loop needs of any model. A model knows nothing of workers, replicas or optimizers, keeps no state from
/// one batch to the next besides its parameters, and has no buffers that change. Models derive from
/// <see cref="TrainableModel{TBatch}"/>, which says which batches they take.
/// </summary>
public abstract class TrainableModel : nn.Module
{
    /// <summary>A target that is left out of the loss, as in padding.</summary>
    public const long NoTarget = SequenceBatch.NoTarget;

    private protected TrainableModel(string kind)
        : base(kind)
    {
    }

    /// <summary>The inner width, d_model, which the schedule <c>noam</c> divides by.</summary>
    public abstract int Width { get; }

    /// <summary>The longest sample, in places of a sequence.</summary>
    public abstract int Block { get; }

    /// <summary>The step of the next batch, from 1, told by the training loop; for what changes in the course of training.</summary>
    public int TrainingStep { get; set; }

    /// <summary>
    /// The loss of a batch, ready for <c>backward()</c>. The caller opens the step's dispose scope and divides by the global
    /// count of targets. In evaluation mode the loss is the plain negative log-likelihood, without regularization.
    /// </summary>
    /// <returns>A scalar: the <b>sum</b> of the losses of all targets, in nats; and how many targets there were.</returns>
    /// <exception cref="ArgumentException">
    /// The batch does not fit the model: samples of another kind, a sequence too long, a token out of range.
    /// </exception>
    public abstract (Tensor Loss, long Targets) SummedLoss(SequenceBatch batch);

    /// <summary>Moves the model to a device. What holds its parameters is made after it.</summary>
    public void MoveTo(Device device)
    {
        this.to(device);
        KernelWeights.LayOut(this);
    }

    /// <summary>All parameters in ordinal order of their names: the same on every worker, substrate and run.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> OrderedParameters() =>
        [.. named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal)];
}

/// <summary>A model of one kind of samples.</summary>
/// <typeparam name="TBatch">The batches that it takes.</typeparam>
public abstract class TrainableModel<TBatch> : TrainableModel
    where TBatch : SequenceBatch
{
    /// <summary>A model of this kind.</summary>
    protected TrainableModel(string kind)
        : base(kind)
    {
    }

    /// <inheritdoc />
    public sealed override (Tensor Loss, long Targets) SummedLoss(SequenceBatch batch) => SummedLoss(
        batch as TBatch ?? throw new ArgumentException($"{GetType().Name} takes a {typeof(TBatch).Name}, not a {batch.GetType().Name}", nameof(batch)));

    /// <inheritdoc cref="TrainableModel.SummedLoss(SequenceBatch)" />
    public abstract (Tensor Loss, long Targets) SummedLoss(TBatch batch);
}
