using SeqCluster.Data.Reading;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// What a training loop needs of any model. A model knows nothing of workers, replicas or optimizers, keeps no state from
/// one batch to the next besides its parameters, and has no buffers that change.
/// </summary>
public abstract class TrainableModel : nn.Module
{
    /// <summary>A target that is left out of the loss, as in padding.</summary>
    public const long NoTarget = -100;

    /// <summary>A model of this kind.</summary>
    protected TrainableModel(string kind)
        : base(kind)
    {
    }

    /// <summary>The inner width, d_model, which the schedule <c>noam</c> divides by.</summary>
    public abstract int Width { get; }

    /// <summary>The longest sample, in places of a sequence.</summary>
    public abstract int Block { get; }

    /// <summary>
    /// The loss of a batch, ready for <c>backward()</c>. The caller opens the step's dispose scope and divides by the global
    /// count of targets. In evaluation mode the loss is the plain negative log-likelihood, without regularization.
    /// </summary>
    /// <returns>A scalar: the <b>sum</b> of the losses of all targets, in nats; and how many targets there were.</returns>
    /// <exception cref="ArgumentException">The batch does not fit the model: a sequence too long, a token out of range.</exception>
    public abstract (Tensor Loss, long Targets) SummedLoss(TextBatch batch);

    /// <summary>All parameters in ordinal order of their names: the same on every worker, substrate and run.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> OrderedParameters() =>
        [.. named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal)];
}
