using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Models;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Evaluation;

/// <summary>
/// Evaluates a model that carries its state the way it was trained: the held-out text as tracks, each row going on where it ended.
/// One batch needs the one before, so rank 0 evaluates them all and tells the others.
/// </summary>
internal sealed class TrackEvaluator(CollectiveGroup group, TrainableModel model, TextSplit text)
{
    /// <summary>Mean loss per target, nats; null without held-out data. All members call it at the same step.</summary>
    /// <param name="step">The step whose weights are evaluated.</param>
    /// <param name="rows">Tracks that the text is cut into.</param>
    /// <param name="limit">At most so many blocks of each track, from the beginning; 0 for all.</param>
    /// <param name="mayGoOn">Called before each batch; throws to stop.</param>
    public double? Evaluate(int step, int rows, int limit, Action mayGoOn)
    {
        var batches = text.EvaluationTracks(rows);
        if (batches.Count == 0)
        {
            return null;
        }

        Span<double> sums = [0, 0];
        if (group.Rank == 0)
        {
            model.eval();
            using var withoutGraph = no_grad();
            using var scope = NewDisposeScope();
            var state = ((ICarriesState)model).ZeroState(batches[0].Samples.Count);
            foreach (var batch in limit == 0 ? batches : batches.Take(limit))
            {
                mayGoOn();
                using var inner = NewDisposeScope();
                var (loss, targets, after) = ((ICarriesState)model).SummedLoss(text.Read(batch), state);
                sums[0] += loss.item<float>();
                sums[1] += targets;
                state = Array.ConvertAll(after, part => part.MoveToOuterDisposeScope());
            }
        }

        group.Broadcast(step, 0, MemoryMarshal.AsBytes(sums));
        return sums[0] / sums[1];
    }
}
