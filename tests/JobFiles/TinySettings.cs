using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.JobFiles.Tests;

/// <summary>The settings of a model that exists only in these tests.</summary>
public sealed record TinySettings : IValidatableObject
{
    [Description("Width.")]
    [Range(1, 100)]
    public int Width { get; init; } = 8;

    [Description("Heads.")]
    [Range(1, 100)]
    public int Heads { get; init; } = 2;

    [Description("Dropout.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    [Description("Tied.")]
    public bool Tied { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Width % Heads != 0)
        {
            yield return new ValidationResult($"does not divide model.width = {Width}", [nameof(Heads)]);
        }
    }
}
