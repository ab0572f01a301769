using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>The settings of <c>data.kind: wav</c>: WAV files, each one recording.</summary>
public sealed record WavSettings : RecordingSettings, IValidatableObject
{
    /// <summary>Files, folders or patterns.</summary>
    [Description("WAV files, folders of them, or patterns (*, ?, **), relative to the job file.")]
    [MinLength(1)]
    [FilePath]
    public required List<string> Path { get; init; }

    /// <summary>Where a recording's class is in its path.</summary>
    [Description("A regular expression over each file's path; what its first group matches is the recording's class (speaker, digit), on which the model is conditioned. Empty: no classes.")]
    public string Class { get; init; } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? fault = null;
        try
        {
            fault = Class.Length > 0 && new Regex(Class).GetGroupNumbers().Length < 2 ? "has no group: put ( ) around what is the class" : null;
        }
        catch (ArgumentException wrong)
        {
            fault = $"is no regular expression: {wrong.Message}";
        }

        if (fault is not null)
        {
            yield return new ValidationResult(fault, [nameof(Class)]);
        }
    }
}
