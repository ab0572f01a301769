namespace SeqCluster.Models.Decoding;

/// <summary>A target that a model wrote.</summary>
/// <param name="Tokens">Without the begin and end tokens.</param>
/// <param name="LogProbability">Of these tokens and the end, nats; not divided by any length.</param>
/// <param name="IsComplete">False when it was cut at the maximum length.</param>
public sealed record DecodedSequence(IReadOnlyList<int> Tokens, double LogProbability, bool IsComplete);
