using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>What the job asks of the cluster.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkersSpec
{
    /// <summary>The most workers, and the most replicas, of one job.</summary>
    public const int Limit = 1024;

    /// <summary>It does not start, and does not go on, with fewer.</summary>
    [Id(0)]
    [Description("It does not start, and does not go on, with fewer.")]
    [Range(1, Limit)]
    public int Min { get; init; } = 1;

    /// <summary>It takes no more.</summary>
    [Id(1)]
    [Description("It takes no more.")]
    [Range(1, Limit)]
    public int Max { get; init; } = 1;

    /// <summary>R: logical data-parallel positions. It fixes the arithmetic and never changes.</summary>
    [Id(2)]
    [Description("Logical data-parallel positions. They fix the arithmetic, whatever the number of workers. Default (0): max.")]
    [Range(0, Limit)]
    public int Replicas { get; init; }

    /// <summary>Which workers will do.</summary>
    [Id(3)]
    [Description("Which workers will do.")]
    [AllowedValues("cpu", "cuda", "any")]
    public string Device { get; init; } = "any";

    /// <summary>How gradients move.</summary>
    [Id(4)]
    [Description("How gradients move; auto: shared memory inside a host, TCP between hosts.")]
    [AllowedValues("auto", "sharedMemory", "tcp")]
    public string Transport { get; init; } = "auto";

    /// <summary>Hot spares: further workers that hold model and data ready, and take the place of one that is lost at once.</summary>
    [Id(5)]
    [Description("Hot spares: further workers that keep model and data ready and take the place of a lost one at once.")]
    [Range(0, Limit)]
    public int Spares { get; init; }
}
