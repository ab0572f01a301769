namespace SeqCluster.Grains.Membership;

/// <summary>Work that has to be taken away from a worker, until its slot has said that it is.</summary>
[GenerateSerializer, Immutable]
public sealed record Withdrawal(string WorkerId, string Incarnation, int Attempt);
