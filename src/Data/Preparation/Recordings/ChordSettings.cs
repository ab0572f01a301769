using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SeqCluster.Data.Audio;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>The settings of <c>data.kind: chord</c>: sines of equal strength, made here.</summary>
public sealed record ChordSettings : RecordingSettings, IValidatableObject
{
    /// <summary>Hz.</summary>
    [Description("Frequencies of the tones, Hz, below half the rate.")]
    [MinLength(1)]
    public List<string> Tones { get; init; } = [.. ToneChord.Frequencies.Select(tone => tone.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Length.</summary>
    [Description("Length of the sound.")]
    [Range(0.01, 3_600)]
    public double Seconds { get; init; } = 20;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var tone in Tones)
        {
            if (!double.TryParse(tone, NumberStyles.Float, CultureInfo.InvariantCulture, out var hertz) || !(hertz > 0) || hertz >= Rate / 2.0)
            {
                yield return new ValidationResult($"{tone} must be a number above 0 and below half the rate of {Rate} Hz", [nameof(Tones)]);
            }
        }
    }

    /// <summary>The tones as numbers.</summary>
    internal IReadOnlyList<double> Frequencies() => [.. Tones.Select(tone => double.Parse(tone, CultureInfo.InvariantCulture))];
}
