using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>What one step consumed: the matter of the ledger.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record StepReport
{
    [Id(0), Key(0)] public required int Step { get; init; }
    [Id(1), Key(1)] public required int Epoch { get; init; }

    /// <summary>One entry for each of the job's R replicas, in their order.</summary>
    [Id(2), Key(2)] public required IReadOnlyList<ReplicaReport> Replicas { get; init; }

    /// <summary>What another report of the same step says otherwise, in words; null when both say the same.</summary>
    public string? Contradiction(StepReport other)
    {
        if (Epoch != other.Epoch)
        {
            return $"step {Step} is in epoch {Epoch} by one report and in {other.Epoch} by another";
        }

        if (Replicas.Count != other.Replicas.Count)
        {
            return $"step {Step} has {Replicas.Count} replicas by one report and {other.Replicas.Count} by another";
        }

        var (one, differing) = Replicas.Zip(other.Replicas).FirstOrDefault(static pair => pair.First != pair.Second);
        return one == differing ? null
            : one.Replica != differing.Replica ? $"step {Step} tells of replica {one.Replica} by one report where it tells of {differing.Replica} by another"
            : one.Samples != differing.Samples ? $"replica {one.Replica} read {one.Samples} samples in step {Step} by one report and {differing.Samples} by another"
            : $"replica {one.Replica} read other data in step {Step} by one report (digest {one.Digest:x16}) than by another ({differing.Digest:x16})";
    }
}
