namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>A source and its target, as they were written.</summary>
/// <param name="Source">One line.</param>
/// <param name="Target">One line.</param>
/// <param name="Place">Where it stands, for faults: <c>train.de:7</c>.</param>
internal readonly record struct TextPair(string Source, string Target, string Place);
