using MessagePack;

namespace SeqCluster.Contracts.Membership;

/// <summary>
/// How much of the optimizer's state of a step a member holds: with <c>parameterServer</c> the chunks that a rank of so many owns, and the
/// copy of those of the rank before it. Weights are whole on every member. The only rank of one holds everything.
/// </summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record StateShare
{
    /// <summary>The completed step; −1 for no state of the job.</summary>
    [Id(0), Key(0)] public required int Step { get; init; }

    /// <summary>The rank, in the generation in which the step was done.</summary>
    [Id(1), Key(1)] public required int Rank { get; init; }

    /// <summary>Members of that generation.</summary>
    [Id(2), Key(2)] public required int Workers { get; init; }

    /// <summary>All of a step's state.</summary>
    public static StateShare Whole(int step) => new() { Step = step, Rank = 0, Workers = 1 };
}
