using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>When a worker that is silent, stuck or slow counts as such, and what follows. None of it changes a result.</summary>
[GenerateSerializer, Immutable]
public sealed record RecoverySpec
{
    /// <summary>Process stall: this long nothing from a worker's control thread, and it is lost; 0: the silo's bound.</summary>
    [Id(0)]
    [Description("Seconds without a word from a worker's control thread, after which its process counts as stalled and is lost. 0: the silo's bound, 5.")]
    [Range(0.0, 3600.0)]
    public double SilenceSeconds { get; init; }

    /// <summary>Phase stall: a wait that sees no progress for this long, or for 20 median steps when that is longer, ends in a loss.</summary>
    [Id(1)]
    [Description("Seconds in which a member that others wait for makes no progress, after which it is lost; or 20 median steps, when that is longer.")]
    [Range(0.1, 86_400.0)]
    public double StallSeconds { get; init; } = 30;

    /// <summary>A worker whose replicas take this many times the members' median is a straggler, which is an event; 0: never.</summary>
    [Id(2)]
    [Description("A worker that computes a replica this many times slower than the members' median is told as slow. 0: never.")]
    [Range(0.0, 1000.0)]
    public double StragglerFactor { get; init; } = 3;

    /// <summary>Whether a straggler leaves at a step boundary, so that another worker takes its place, or the others go on faster.</summary>
    [Id(3)]
    [Description("Whether a slow worker leaves the job at a step boundary: a free one takes its place, or the others go on faster without it.")]
    public bool ReplaceStragglers { get; init; }

    /// <summary>How long members train on without an answer from a silo; then they park: they stop and keep their state.</summary>
    [Id(4)]
    [Description("Seconds that members train on without an answer from a silo; then they stop, keep their state, and go on when one is back.")]
    [Range(1.0, 86_400.0)]
    public double OfflineSeconds { get; init; } = 120;
}
