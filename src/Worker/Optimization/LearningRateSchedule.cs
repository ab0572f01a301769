using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Optimization;

/// <summary>The learning rate as a function of the step alone.</summary>
public static class LearningRateSchedule
{
    /// <summary>The rate of one update.</summary>
    /// <param name="train">Schedule, peak rate and number of steps.</param>
    /// <param name="width">The model's width, d_model in the Noam formula.</param>
    /// <param name="step">From 1.</param>
    public static double At(TrainSpec train, int width, int step)
    {
        var (schedule, peak) = (train.Schedule, train.Optimizer.LearningRate);
        return schedule.Kind switch
        {
            "noam" => peak * Noam(width, schedule.WarmupSteps, step),
            "cosine" => Cosine(schedule, peak, schedule.DecaySteps > 0 ? schedule.DecaySteps : train.Steps, step),
            "step" => peak * Rising(schedule.WarmupSteps, step) * Math.Pow(schedule.Factor, Falls(schedule, step)),
            _ => peak * Rising(schedule.WarmupSteps, step),
        };
    }

    private static double Rising(int warmup, int step) => Math.Min(1, (double)step / (warmup + 1));

    // char-rnn multiplies when an epoch ends, from its tenth on.
    private static int Falls(ScheduleSpec schedule, int step) =>
        step <= schedule.ConstantSteps ? 0 : 1 + ((step - 1 - schedule.ConstantSteps) / schedule.EverySteps);

    // Vaswani et al. 2017, equation 3.
    private static double Noam(int width, int warmup, int step) =>
        Math.Pow(width, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));

    // nanoGPT's get_lr; its iteration number begins at 0.
    private static double Cosine(ScheduleSpec schedule, double peak, int decaySteps, int step)
    {
        var iteration = step - 1;
        if (iteration < schedule.WarmupSteps)
        {
            return peak * step / (schedule.WarmupSteps + 1);
        }

        // At the end of the decay the cosine has come down to the minimum: the same value, and never 0 / 0.
        if (iteration >= decaySteps)
        {
            return schedule.MinimumLearningRate;
        }

        var part = (double)(iteration - schedule.WarmupSteps) / (decaySteps - schedule.WarmupSteps);
        return schedule.MinimumLearningRate
            + (0.5 * (1 + Math.Cos(Math.PI * part)) * (peak - schedule.MinimumLearningRate));
    }
}
