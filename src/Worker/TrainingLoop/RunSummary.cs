namespace SeqCluster.Worker.TrainingLoop;

/// <summary>What a whole run came to.</summary>
/// <param name="TrainLoss">Mean loss per target of the last step, nats.</param>
/// <param name="ValidationLoss">Of the last evaluation; null without held-out data.</param>
/// <param name="TokensPerSecond">Targets of all members per second of training steps.</param>
internal sealed record RunSummary(double TrainLoss, double? ValidationLoss, double TokensPerSecond);
