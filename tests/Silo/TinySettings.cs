using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Silo.Tests;

/// <summary>The settings of a model that exists only for tests.</summary>
public sealed record TinySettings
{
    [Description("Length of a sample.")]
    [Range(1, 100)]
    public int Block { get; init; } = 8;
}
