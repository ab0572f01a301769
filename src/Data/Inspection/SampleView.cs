namespace SeqCluster.Data.Inspection;

/// <summary>A sample as a person can read it.</summary>
/// <param name="Number">The sample's number, as in step reports.</param>
/// <param name="Parts">What it is made of, by name: texts, numbers, or lists of numbers.</param>
public sealed record SampleView(long Number, IReadOnlyDictionary<string, object> Parts);
