using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Series;

/// <summary>The settings of <c>data.kind: csv</c>: columns of numbers, a row for each moment, the earliest first.</summary>
public sealed record CsvSettings : IValidatableObject
{
    /// <summary>Targets at each place of a window.</summary>
    public const string Each = "each";

    /// <summary>Targets at a window's last place alone.</summary>
    public const string Last = "last";

    /// <summary>Files, folders or patterns.</summary>
    [Description("Files, folders or patterns (*, ?, **), relative to the job file: comma-separated values with a header. Each file is a series of its own.")]
    [MinLength(1)]
    [FilePath]
    public required List<string> Path { get; init; }

    /// <summary>Between two fields.</summary>
    [Description("What stands between two fields: a comma, a semicolon, or the word tab.")]
    [AllowedValues(",", ";", "tab")]
    public string Separator { get; init; } = ",";

    /// <summary>Columns.</summary>
    [Description("Columns that the model sees.")]
    [MinLength(1)]
    public required List<string> Inputs { get; init; }

    /// <summary>Columns.</summary>
    [Description("Columns that it is to tell; none: the inputs themselves.")]
    public List<string> Targets { get; init; } = [];

    /// <summary>Rows from an input to its target.</summary>
    [Description("Rows from an input to its target: 1 forecasts the next row, 0 tells targets of the same row.")]
    [Range(0, 1_000_000)]
    public int Ahead { get; init; } = 1;

    /// <summary>Rows of a sample.</summary>
    [Description("Rows of a sample; 0: model.block.")]
    [Range(0, 1_000_000)]
    public int Window { get; init; }

    /// <summary>Which places have targets.</summary>
    [Description("Whether a window has targets at each place, or at the last alone.")]
    [AllowedValues(Each, Last)]
    public string TargetsAt { get; init; } = Each;

    /// <summary>Places without a target.</summary>
    [Description("Places at the beginning of a window that have no target, because the model has seen too little there.")]
    [Range(0, 1_000_000)]
    public int WarmUp { get; init; }

    /// <summary>Rows from window to window.</summary>
    [Description("Rows from the beginning of a training window to that of the next; 0: as many as have a target, so that each is told once.")]
    [Range(0, 1_000_000)]
    public int Stride { get; init; }

    /// <summary>Held out.</summary>
    [Description("Rows held out for evaluation, after those that are trained on.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Held out.</summary>
    [Description("Rows held out for the scores of the finished model, at the end.")]
    [Range(0.0, 0.4)]
    public double TestFraction { get; init; }

    /// <summary>Whether columns are made comparable.</summary>
    [Description("Whether each column is brought to mean 0 and variance 1, by what it has in the training part.")]
    public bool Standardize { get; init; } = true;

    /// <summary>The columns that are to be told.</summary>
    internal IReadOnlyList<string> TargetColumns => Targets.Count == 0 ? Inputs : Targets;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Ahead == 0 && TargetColumns.Intersect(Inputs).ToList() is { Count: > 0 } seen)
        {
            yield return new ValidationResult($"of 0 asks for what the model sees in the same row ({string.Join(", ", seen)}): take at least 1, or name other data.targets", [nameof(Ahead)]);
        }

        if (TargetsAt == Last && WarmUp > 0)
        {
            yield return new ValidationResult("means nothing with targetsAt: last, where no other place has a target", [nameof(WarmUp)]);
        }

        foreach (var (name, columns) in new[] { (nameof(Inputs), Inputs), (nameof(Targets), Targets) })
        {
            if (columns.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                yield return new ValidationResult($"names {twice.Key} twice", [name]);
            }
        }
    }
}
