namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>The pairs of a dataset before they have numbers. Each split can be read again and again, always in the same order.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Validation">What is held out to steer by; null when there is none.</param>
/// <param name="Test">What is held out to be decoded in the end; null when there is none.</param>
/// <param name="Files">Where they come from; empty for generated ones.</param>
/// <param name="IsOurs">Whether we have chosen what is held out: then overlong pairs may be dropped from it as well.</param>
internal sealed record PairSource(
    Func<IEnumerable<TextPair>> Train, Func<IEnumerable<TextPair>>? Validation, Func<IEnumerable<TextPair>>? Test, IReadOnlyList<string> Files, bool IsOurs = false);
