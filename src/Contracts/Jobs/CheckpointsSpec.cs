using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>Which checkpoints of a job stay on the disk. That of the last step always does. None of it changes a result.</summary>
[GenerateSerializer, Immutable]
public sealed record CheckpointsSpec
{
    /// <summary>The most that <see cref="KeepEverySteps"/> may leave behind.</summary>
    public const int MostKept = 1_000;

    /// <summary>The newest ones: a new attempt goes on from the last, or, when it is damaged, from the one before.</summary>
    [Id(0)]
    [Description("How many of the newest checkpoints stay: a new attempt goes on from the last, and from the one before when that is damaged.")]
    [Range(1, MostKept)]
    public int KeepLast { get; init; } = 2;

    /// <summary>Those of every so many steps stay for good; 0: none.</summary>
    [Id(1)]
    [Description("Checkpoints of every so many steps stay as well, a multiple of train.checkpointEverySteps; 0: none.")]
    [Range(0, 1_000_000_000)]
    public int KeepEverySteps { get; init; }

    /// <summary>Those with the least validation loss stay, of steps that were evaluated; 0: none.</summary>
    [Id(2)]
    [Description("How many checkpoints of the least validation loss stay as well, among those whose step was evaluated; 0: none.")]
    [Range(0, MostKept)]
    public int KeepBest { get; init; }
}
