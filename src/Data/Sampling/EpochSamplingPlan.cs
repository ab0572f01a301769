namespace SeqCluster.Data.Sampling;

/// <summary>
/// Steps over epochs: step s takes the next R micro-batches of its epoch; the epoch's last step may be short, its missing
/// replicas are empty; nothing is dropped and no step mixes two epochs. Not safe for concurrent use.
/// </summary>
/// <param name="planOf">Builds the plan of an epoch; the same epoch always gives the same plan.</param>
/// <param name="replicas">R.</param>
public sealed class EpochSamplingPlan(Func<int, IEpochPlan> planOf, int replicas) : ISamplingPlan
{
    // firstSteps[e] is the first step of epoch e. Epochs differ in length by their offsets, so they are walked once.
    private readonly List<int> firstSteps = [1];
    private IEpochPlan? current;

    /// <inheritdoc />
    public PlannedStep this[int step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            var plan = PlanOf(step);
            var first = (step - firstSteps[plan.Epoch]) * replicas;
            return new PlannedStep(step, plan.Epoch, [.. Enumerable.Range(first, replicas).Select(index => plan[index])]);
        }
    }

    /// <summary>The plan of the epoch that a step belongs to.</summary>
    public IEpochPlan PlanOf(int step)
    {
        var epoch = firstSteps.Count - 1;
        while (firstSteps[epoch] > step)
        {
            epoch--;
        }

        var plan = Epoch(epoch);
        while (epoch == firstSteps.Count - 1 && step >= firstSteps[epoch] + StepsOf(plan))
        {
            firstSteps.Add(firstSteps[epoch] + StepsOf(plan));
            plan = Epoch(++epoch);
        }

        return plan;
    }

    private int StepsOf(IEpochPlan plan) => ((plan.Count - 1) / replicas) + 1;

    private IEpochPlan Epoch(int epoch) => current?.Epoch == epoch ? current : current = planOf(epoch);
}
