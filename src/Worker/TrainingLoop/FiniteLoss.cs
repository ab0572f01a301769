using System.Globalization;
using SeqCluster.Collectives;
using SeqCluster.Data.Sampling;
using SeqCluster.Worker.GradientExchange;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// Stops training when a loss or the gradient is no number any more. All members see it in the same sums, before anything has changed,
/// and all say the same of it: which replica's loss, on which samples. Weights and the last checkpoint stay good.
/// </summary>
internal sealed class FiniteLoss(CollectiveGroup group)
{
    private const int SamplesTold = 16;

    private readonly List<int> faulty = [];

    /// <summary>A step begins.</summary>
    public void Begin() => faulty.Clear();

    /// <summary>The loss of one of this member's replicas.</summary>
    public void Tell(int replica, float lossSum)
    {
        if (!float.IsFinite(lossSum))
        {
            faulty.Add(replica);
        }
    }

    /// <summary>Goes on when everything is finite. No bucket may be under way.</summary>
    /// <exception cref="NotFiniteNumberException">Names step, replicas and samples.</exception>
    public void Require(int step, StepOutcome outcome, PlannedStep planned)
    {
        if (double.IsFinite(outcome.LossSum) && double.IsFinite(outcome.GradientNorm))
        {
            return;
        }

        var replicas = new byte[planned.Replicas.Count];
        for (var root = 0; root < group.Workers; root++)
        {
            var told = new byte[replicas.Length];
            foreach (var replica in root == group.Rank ? faulty : [])
            {
                told[replica] = 1;
            }

            group.Broadcast(step, root, told);
            for (var replica = 0; replica < replicas.Length; replica++)
            {
                replicas[replica] |= told[replica];
            }
        }

        var found = Enumerable.Range(0, replicas.Length).Where(replica => replicas[replica] != 0)
            .Select(replica => $"replica {replica} on samples {Samples(planned.Replicas[replica])}").ToList();
        throw new NotFiniteNumberException(found.Count > 0
            ? $"step {step}: the loss is not a finite number: {string.Join("; ", found)}. The last checkpoint is good: lower the learning rate or train.clipNorm, or look at these samples"
            : $"step {step}: the gradient is not finite (norm {outcome.GradientNorm}), every loss is: the last checkpoint is good: lower the learning rate");
    }

    private static string Samples(MicroBatch batch)
    {
        var told = string.Join(", ", batch.Numbers.ToArray().Take(SamplesTold).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        return batch.Count > SamplesTold ? $"{told} and {batch.Count - SamplesTold} more" : told;
    }
}
