using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>
/// The settings of <c>data.kind: copy</c>, <c>reverse</c> and <c>sort</c>: sequences of random symbols, to be repeated, turned around or
/// put in order.
/// </summary>
public sealed record SymbolTaskSettings : IValidatableObject
{
    /// <summary>The longest sequence.</summary>
    [Description("Symbols in the longest sequence.")]
    [Range(1, 10_000)]
    public int Length { get; init; } = 16;

    /// <summary>The shortest sequence.</summary>
    [Description("Symbols in the shortest sequence; 0: all are equally long.")]
    [Range(0, 10_000)]
    public int MinimumLength { get; init; }

    /// <summary>Different symbols.</summary>
    [Description("Different symbols: 0, 1, 2 and so on.")]
    [Range(2, 10_000)]
    public int Symbols { get; init; } = 10;

    /// <summary>Sequences to train on.</summary>
    [Description("Sequences to train on.")]
    [Range(1, 10_000_000)]
    public int Examples { get; init; } = 50_000;

    /// <summary>Sequences for the validation loss.</summary>
    [Description("Sequences for the validation loss; none of them is trained on.")]
    [Range(1, 1_000_000)]
    public int ValidationExamples { get; init; } = 1_000;

    /// <summary>Sequences that are decoded in the end.</summary>
    [Description("Sequences that are decoded in the end; none of them is trained on.")]
    [Range(1, 1_000_000)]
    public int TestExamples { get; init; } = 5_000;

    /// <summary>Of the sequences, whatever the job's seed is.</summary>
    [Description("The sequences follow from this number, whatever the job's seed is.")]
    [Range(0, long.MaxValue)]
    public long Seed { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinimumLength > Length)
        {
            yield return new ValidationResult($"is more than data.length = {Length}", [nameof(MinimumLength)]);
        }

        // A tenth of all sequences belongs to each of the held-out parts.
        if (Length * Math.Log(Symbols) < Math.Log(20))
        {
            yield return new ValidationResult($"gives fewer than 20 different sequences of data.symbols = {Symbols}: too few to hold some out", [nameof(Length)]);
        }
    }
}
