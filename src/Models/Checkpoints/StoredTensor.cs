namespace SeqCluster.Models.Checkpoints;

/// <summary>What a file's header says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its sizes; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the end of the header.</param>
/// <param name="SizeBytes">Bytes of content.</param>
public sealed record StoredTensor(string Name, ElementType Type, IReadOnlyList<long> Shape, long Offset, long SizeBytes);
