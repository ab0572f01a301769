using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.GradientExchange;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>The metrics of a step: the job's, which all members compute alike but for the speed, and every worker's own times.</summary>
internal static class RunMetrics
{
    public static IReadOnlyList<MetricPoint> OfJob(int step, StepOutcome outcome, StepLoop steps) =>
    [
        new(step, "train/loss", outcome.LossSum / outcome.Targets),
        new(step, "train/learning_rate", steps.LearningRate),
        new(step, "train/gradient_norm", outcome.GradientNorm),
        new(step, "train/tokens_per_second", outcome.Targets / (steps.Clock.TotalMs / 1000)),
    ];

    public static IReadOnlyList<MetricPoint> OfWorker(int rank, int step, StepClock clock) =>
    [
        new(step, $"worker/{rank}/data_ms", clock.DataMs),
        new(step, $"worker/{rank}/forward_ms", clock.ForwardMs),
        new(step, $"worker/{rank}/backward_ms", clock.BackwardMs),
        new(step, $"worker/{rank}/exchange_ms", clock.ExchangeMs),
    ];
}
