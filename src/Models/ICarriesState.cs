using SeqCluster.Data.Reading;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// A model that can go on where the batch before ended (truncated back-propagation through time): each row of a batch begins with
/// the state in which the same row of the last one ended. It keeps no state itself.
/// </summary>
public interface ICarriesState
{
    /// <summary>The state before anything has been read.</summary>
    /// <param name="rows">Samples of a batch.</param>
    /// <returns>float32 tensors, the first dimension of each being the rows.</returns>
    Tensor[] ZeroState(int rows);

    /// <summary>As <see cref="TrainableModel.SummedLoss"/>, from a state to a state.</summary>
    /// <param name="batch">Of the kind that the model takes.</param>
    /// <param name="state">In the form of <see cref="ZeroState"/>; no gradient goes into it.</param>
    /// <returns>Loss and targets, and the state at the end of each row, without a graph.</returns>
    (Tensor Loss, long Targets, Tensor[] State) SummedLoss(SequenceBatch batch, Tensor[] state);
}
