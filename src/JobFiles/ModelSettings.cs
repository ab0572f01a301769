namespace SeqCluster.JobFiles;

/// <summary>A model that job files may name, and the type that holds its settings.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Type">A record with a constructor without parameters; each property with a description is a field.</param>
/// <param name="DataKinds">The kinds of samples that it takes.</param>
/// <param name="MarkedBy">A field of it that no other model has: a section with this field may leave its kind out.</param>
public sealed record ModelSettings(string Kind, Type Type, IReadOnlyList<string> DataKinds, string? MarkedBy = null);
