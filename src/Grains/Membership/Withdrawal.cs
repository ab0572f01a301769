namespace SeqCluster.Grains.Membership;

/// <summary>
/// Work that has to be taken away from a worker, up to a generation of an attempt, until its slot has said that it is.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record Withdrawal(string WorkerId, string Incarnation, int Attempt, int Generation = Withdrawal.WholeAttempt)
{
    /// <summary>Whatever generation the attempt comes to.</summary>
    public const int WholeAttempt = int.MaxValue;
}
