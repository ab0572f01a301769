using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>The settings of <c>data.kind: gettext</c>: a program's messages and their translations.</summary>
public sealed record GettextSettings : PairTextSettings
{
    /// <summary>Compiled catalogues.</summary>
    [Description("Compiled gettext catalogues (.mo): files, folders or patterns, relative to the job file. Messages are the sources.")]
    [MinLength(1)]
    [FilePath]
    public required List<string> Path { get; init; }

    /// <summary>Translations to messages instead.</summary>
    [Description("Makes the translations the sources, and the messages the targets.")]
    public bool Reversed { get; init; }

    /// <summary>Held out for the validation loss.</summary>
    [Description("Part of the pairs that is held out for the validation loss.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.05;

    /// <summary>Held out to be decoded in the end.</summary>
    [Description("Part of the pairs that is held out to be decoded in the end.")]
    [Range(0.0, 0.5)]
    public double TestFraction { get; init; } = 0.05;

    /// <summary>Which ones are held out.</summary>
    [Description("Which pairs are held out follows from this number, whatever the job's seed is.")]
    [Range(0, long.MaxValue)]
    public long Seed { get; init; } = 1;
}
