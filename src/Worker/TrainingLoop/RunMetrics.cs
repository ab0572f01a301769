using SeqCluster.Contracts.Metrics;
using SeqCluster.Worker.GradientExchange;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>The metrics of a step: rank 0 tells the job's, every rank its own times.</summary>
internal static class RunMetrics
{
    public static IReadOnlyList<MetricPoint> Of(int rank, int step, StepOutcome outcome, StepLoop steps)
    {
        var clock = steps.Clock;
        var points = new List<MetricPoint>
        {
            new(step, $"worker/{rank}/data_ms", clock.DataMs),
            new(step, $"worker/{rank}/forward_ms", clock.ForwardMs),
            new(step, $"worker/{rank}/backward_ms", clock.BackwardMs),
            new(step, $"worker/{rank}/exchange_ms", clock.ExchangeMs),
        };
        if (rank > 0)
        {
            return points;
        }

        points.Add(new MetricPoint(step, "train/loss", outcome.LossSum / outcome.Targets));
        points.Add(new MetricPoint(step, "train/learning_rate", steps.LearningRate));
        points.Add(new MetricPoint(step, "train/gradient_norm", outcome.GradientNorm));
        points.Add(new MetricPoint(step, "train/tokens_per_second", outcome.Targets / (clock.TotalMs / 1000)));
        return points;
    }
}
