using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Models;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Evaluation;

/// <summary>
/// Evaluates on a fixed list of batches, shared out over the members. Each batch's float64 sum is known to all before the
/// sums are joined in batch order, so the result does not depend on who evaluated what.
/// </summary>
internal sealed class Evaluator(CollectiveGroup group, TrainableModel model, DataSplit data, EvaluateSpec spec)
{
    /// <summary>Mean loss per target, nats; null without held-out data. All members call it at the same step.</summary>
    /// <param name="step">The step whose weights are evaluated.</param>
    /// <param name="whole">The whole held-out part, whatever the job's limit.</param>
    /// <param name="mayGoOn">Called before each batch; throws to stop.</param>
    public double? Evaluate(int step, bool whole, Action mayGoOn)
    {
        var batches = data.EvaluationList(spec.BatchSize, whole ? 0 : spec.Batches);
        if (batches.Count == 0)
        {
            return null;
        }

        var sums = new BatchSum[batches.Count];
        model.eval();
        using (no_grad())
        {
            foreach (var batch in batches.Where(batch => batch.Number % group.Workers == group.Rank))
            {
                mayGoOn();
                sums[batch.Number] = SumOf(batch);
            }
        }

        Share(step, sums);
        var (loss, targets) = (0.0, 0L);
        foreach (var sum in sums)
        {
            loss += sum.Loss;
            targets += sum.Targets;
        }

        return loss / targets;
    }

    private BatchSum SumOf(EvaluationBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets) = model.SummedLoss(data.Read(batch));
        return new BatchSum(loss.item<float>(), targets);
    }

    private void Share(int step, BatchSum[] sums)
    {
        var received = new BatchSum[sums.Length];
        for (var root = 0; root < group.Workers; root++)
        {
            if (root == group.Rank)
            {
                sums.CopyTo(received, 0);
            }

            group.Broadcast(step, root, MemoryMarshal.AsBytes(received.AsSpan()));
            for (var number = root; number < sums.Length; number += group.Workers)
            {
                sums[number] = received[number];
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct BatchSum(double Loss, long Targets);
}
