using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>The settings of <c>data.kind: pairs</c>: lines of two files, or the columns of one.</summary>
public sealed record PairSettings : PairTextSettings, IValidatableObject
{
    /// <summary>Where the files are.</summary>
    [Description("The folder of the files, relative to the job file.")]
    [FilePath]
    public string Dir { get; init; } = ".";

    /// <summary>What is trained on.</summary>
    [Description("Files to train on, in dir: the source's and the target's, with as many lines; or one file with a source, a tab and a target on each line.")]
    [MinLength(1)]
    public required List<string> Train { get; init; }

    /// <summary>What is held out.</summary>
    [Description("Files for the validation loss, in the same form.")]
    public List<string> Validation { get; init; } = [];

    /// <summary>What is decoded in the end.</summary>
    [Description("Files whose sources are decoded in the end and compared with their targets, in the same form. Default: those of validation.")]
    public List<string> Test { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, files) in new[] { (nameof(Train), Train), (nameof(Validation), Validation), (nameof(Test), Test) })
        {
            if (files?.Count > 2)
            {
                yield return new ValidationResult("must be two files, or one with tabs", [name]);
            }
        }
    }
}
